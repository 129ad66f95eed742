/* What every page has: the palette and the door to the search. */

import "./palette.js"
import "./door.js"
