"""What Broadsheet reads from elsewhere; the rest of it never touches the network.

web     an address → what is there, asked for politely and with patience that ends
site    a site, at its address or in a folder → what is at a path of it
"""

from __future__ import annotations

from collections.abc import Callable

# A path below a site → what is there, or None.
Fetch = Callable[[str], bytes | None]
