# ruff: noqa: INP001 - settings, loaded by path
"""Settings of the workspace's Jupyter server: comfort and quiet, not protection.

The person at work owns this server's process and may change all of it; what must hold is held by the gateway.
"""

c = get_config()  # noqa: F821 - traitlets puts it there

# What the gateway refuses is not offered.
c.ServerApp.terminals_enabled = False
c.ServerApp.jpserver_extensions = {"jupyter_lsp": False, "jupyter_server_terminals": False}
c.LanguageServerManager.autodetect = False

# There is no network: nothing to look for, nothing to fetch.
c.LabApp.extension_manager = "readonly"
c.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"
c.LabApp.news_url = None

# The home volume has no trash folder beside it.
c.FileContentsManager.delete_to_trash = False
