/* What has to be done before anything is painted: that is why this is a script of its own, at the
   beginning of the body. */

document.documentElement.className = "js"

/* The reader's choices are kept through these, under the names that Material gives them. Storage may be
   forbidden. */
var __md_scope = new URL("../..", document.currentScript.src)
function __md_get(key, storage, scope) {
  try {
    return JSON.parse((storage || localStorage).getItem((scope || __md_scope).pathname + "." + key))
  } catch (e) {
    return null
  }
}
function __md_set(key, value, storage, scope) {
  try {
    ;(storage || localStorage).setItem((scope || __md_scope).pathname + "." + key, JSON.stringify(value))
  } catch (e) {}
}

/* The reader's palette; without one, or if it is to be the system's, the style sheet sees to it. */
{
  const color = (__md_get("__palette") || {}).color
  if (color && color.media !== "(prefers-color-scheme)" && color.scheme)
    document.body.setAttribute("data-md-color-scheme", color.scheme)
}
