/* What every page has: the palette, the search's door, the reader's memory, and keys. */

import "./palette.js"
import "./door.js"
import "./steps.js"
import "./marks.js"
import { addHelp } from "./keys.js"

addHelp()

// On telephones the navigation is wider than the window: where one is should be in sight.
const row = document.querySelector("nav ul")
const here = row?.querySelector("[aria-current]")
if (here) row.scrollLeft += here.getBoundingClientRect().right - row.getBoundingClientRect().right + 80
