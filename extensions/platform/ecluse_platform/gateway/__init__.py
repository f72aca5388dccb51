"""The gateway: the only way between a browser and a workspace, and the only thing a workspace can reach.

Where to look, by concern:

- What may pass: ``paths`` (one reading of an address), ``filter`` (the allow-list), ``answers`` (what a workspace may
  say back), ``headers`` (which headers cross, and the browser's own rules).
- Who may pass: ``tokens`` (signed session), ``tickets`` (from the hub's login to a person's own host), ``admission``.
- How much may pass: ``meter``.
- The work itself: ``relay_http``, ``relay_ws``, ``static``, ``login``, ``browser_side``, ``workspace_side``.
"""
