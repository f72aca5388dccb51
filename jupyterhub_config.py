"""Composition root of the hub: wiring only. Each part is explained in extensions/platform/ecluse_platform/hub."""

from importlib.resources import files

from ecluse_platform.hub.audit import AuditLog
from ecluse_platform.hub.authentication import EcluseAuthenticator
from ecluse_platform.hub.parts import Parts
from ecluse_platform.hub.reader import PageTools
from ecluse_platform.hub.roles import CUSTOM_SCOPES, GROUPS, SERVER_TOKEN_SCOPES, load_roles
from ecluse_platform.hub.services import services
from ecluse_platform.hub.settings import settings_from
from ecluse_platform.hub.spawner import EcluseSpawner
from ecluse_platform.policyfiles import PolicySource

settings = settings_from()
policies = PolicySource(settings.policies)
platform = policies.current().platform
parts = Parts(settings, policies, AuditLog(settings.egress_url, settings.secret("hub_audit_token")))

c = get_config()  # noqa: F821 - JupyterHub puts it there

# Addresses: browsers come through the proxy, each person and each service on an origin of its own.
c.JupyterHub.bind_url = "http://0.0.0.0:8000"
c.JupyterHub.hub_bind_url = "http://0.0.0.0:8081"
c.JupyterHub.hub_connect_url = settings.hub_url
c.JupyterHub.subdomain_host = settings.public_url
c.JupyterHub.default_url = "/hub/projects"

# State and secrets; a restart of the hub stops neither the proxy nor a workspace.
c.JupyterHub.db_url = f"sqlite:///{settings.state}/jupyterhub.sqlite"
c.JupyterHub.cookie_secret_file = str(settings.secrets / "hub_cookie_secret")
c.JupyterHub.cleanup_servers = False
c.JupyterHub.cleanup_proxy = False
c.ConfigurableHTTPProxy.should_start = False
# With each look at activity the hub also gives routes back to a proxy that was restarted and forgot them.
c.JupyterHub.last_activity_interval = 10
c.ConfigurableHTTPProxy.api_url = settings.proxy_api_url
c.ConfigurableHTTPProxy.auth_token = settings.secret("proxy_token")

# Who: the identity provider proves a name, the policies give it groups, groups give scopes.
c.JupyterHub.authenticator_class = EcluseAuthenticator
c.EcluseAuthenticator.parts = c.EcluseSpawner.parts = parts
c.EcluseAuthenticator.authorize_url = settings.oidc.authorize_url
c.EcluseAuthenticator.token_url = settings.oidc.token_url
c.EcluseAuthenticator.userdata_url = settings.oidc.userdata_url
c.EcluseAuthenticator.logout_redirect_url = settings.oidc.logout_url
c.EcluseAuthenticator.oauth_callback_url = settings.callback_url
c.EcluseAuthenticator.client_id = settings.oidc.client_id
c.EcluseAuthenticator.client_secret = settings.secret("oidc_client_secret")
c.EcluseAuthenticator.username_claim = settings.oidc.username_claim
c.EcluseAuthenticator.scope = ["openid", "profile", "email"]
c.EcluseAuthenticator.basic_auth = c.EcluseAuthenticator.enable_pkce = c.EcluseAuthenticator.manage_groups = True
c.EcluseAuthenticator.allowed_groups = set(GROUPS)
c.EcluseAuthenticator.auto_login = c.EcluseAuthenticator.auto_login_oauth2_authorize = True
c.EcluseAuthenticator.auth_refresh_age = c.EcluseSpawner.poll_interval = platform.sessions.permit_check_seconds
c.JupyterHub.custom_scopes = CUSTOM_SCOPES
c.JupyterHub.load_roles = load_roles()
c.JupyterHub.services = services(settings)
c.JupyterHub.oauth_require_pkce = True
c.JupyterHub.cookie_max_age_days = platform.gateway.session_hours / 24
c.JupyterHub.cookie_host_prefix_enabled = settings.is_https

# Workspaces.
c.JupyterHub.spawner_class = EcluseSpawner
c.JupyterHub.allow_named_servers = True
c.EcluseSpawner.server_token_scopes = SERVER_TOKEN_SCOPES
c.EcluseSpawner.start_timeout = c.EcluseSpawner.http_timeout = 60

# Pages: ours, without a script and without anything from elsewhere.
c.JupyterHub.template_paths = [str(files("ecluse_platform.hub") / "templates")]
c.JupyterHub.template_vars = {"ui": lambda _: PageTools(settings, platform.title)}
CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
c.JupyterHub.tornado_settings = {
    "headers": {"Content-Security-Policy": CSP, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin"},
    "cookie_options": {"SameSite": "Lax", "Secure": settings.is_https},
}
