/* What every page has: the palette, the search's door, the reader's memory, and keys. */

import "./palette.js"
import "./door.js"
import "./steps.js"
import "./marks.js"
import { addHelp } from "./keys.js"

addHelp()
