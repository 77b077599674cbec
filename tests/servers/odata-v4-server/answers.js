// What controllers do for several of OData's rules that odata-v4-server leaves to them.
const { HttpRequestError, ODataResult } = require('odata-v4-server')
const { createFilter } = require('odata-v4-inmemory')

const option = (query, type) => query?.value?.options?.find(it => it.type === type)?.value

/** The elements that the query options of a list ask for. `$filter` is odata-v4-inmemory's. */
function listed(all, query) {
  const filter = option(query, 'Filter')
  const search = option(query, 'Search')
  let list = filter ? all.filter(createFilter(filter)) : [...all]
  if (search) list = list.filter(it => finds(search, Object.values(it).join(' ')))
  const { length } = list
  for (const { value: { expr, direction } } of (option(query, 'OrderBy')?.items ?? []).toReversed()) {
    const sign = direction < 0 ? -1 : 1
    list.sort((one, two) => sign * compare(one[expr.raw], two[expr.raw]))
  }
  const skip = Number(option(query, 'Skip')?.raw ?? 0)
  const top = Number(option(query, 'Top')?.raw ?? length)
  list = list.slice(skip, skip + top)
  if (option(query, 'InlineCount')?.raw === 'true') list.inlinecount = length
  return list
}

/** A page of four and a next link, which the framework drops. */
function paged(list, { url }) {
  return list.length > 4 ? { value: list.slice(0, 4), '@odata.nextLink': `${url}&$skip=4` } : list
}

const compare = (one, two) => (one < two ? -1 : Number(one > two))

/** Whether a text has what an expression of `$search` asks for. */
function finds({ type, value }, text) {
  switch (type) {
    case 'SearchAndExpression': return finds(value.left, text) && finds(value.right, text)
    case 'SearchOrExpression': return finds(value.left, text) || finds(value.right, text)
    case 'SearchNotExpression': return !finds(value, text)
    case 'SearchParenExpression': return finds(value, text)
    default: return text.includes(value)
  }
}

/** The answer of a create or update: the entity, or only where it is. */
function changed(entity, path, { request, response, protocol, host, base }) {
  if (!/return=minimal/.test(request.headers.prefer)) return entity
  const url = `${protocol}://${host}${base}/${path}`
  response.setHeader('Location', url)
  response.setHeader('OData-EntityId', url)
  return ODataResult.NoContent()
}

const etag = ({ Version }) => `W/"${Version}"`

function checkPrecondition(entity, { request }) {
  const condition = request.headers['if-match']
  if (!condition) throw new HttpRequestError(428, 'If-Match is missing.')
  if (condition !== '*' && condition !== etag(entity)) throw new HttpRequestError(412, 'It was changed.')
}

module.exports = { changed, checkPrecondition, etag, listed, paged }
