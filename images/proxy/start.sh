#!/bin/sh
# Start JupyterHub's proxy. Its own door for the hub opens on the control network alone (alias proxy-control), never on the
# network that browsers come from.
set -eu
CONFIGPROXY_AUTH_TOKEN=$(cat /run/secrets/ecluse/proxy_token)
export CONFIGPROXY_AUTH_TOKEN
exec node /opt/proxy/node_modules/configurable-http-proxy/bin/configurable-http-proxy \
  --ip 0.0.0.0 --port 8000 --api-ip proxy-control --api-port 8001 \
  --host-routing --error-target http://hub:8081/hub/error --log-level warn
