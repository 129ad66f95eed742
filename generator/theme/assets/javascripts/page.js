/* What every page has: the reader's memory, and keys. */

import "./steps.js"
import "./marks.js"
import { addHelp } from "./keys.js"

addHelp()
