// What the entity sets do.
const { ODataController, ODataResult, ODataStream, odata } = require('odata-v4-server')
const { Readable } = require('node:stream')
const { buffer } = require('node:stream/consumers')
const { changed, checkPrecondition, etag, listed, paged } = require('./answers')
const model = require('./model')
const { categories, category, note, notes, product, products, productsOf, sale, sales, sample, samples } = model

function add(type, all, body) {
  const entity = Object.assign(new type(), body)
  all.push(entity)
  return entity
}

function remove(all, entity) {
  all.splice(all.indexOf(entity), 1)
}

class ProductsController extends ODataController {
  all(query) { return listed(products, query) }
  one(key) { return product(key) }
  insert(body) { return add(model.Product, products, body) }
  update(key, delta) { Object.assign(product(key), delta) }
  replace(key, body) {
    const found = product(key)
    if (found) remove(products, found)
    const replaced = add(model.Product, products, { ...body, Id: key })
    return found ? undefined : replaced
  }
  remove(key) { remove(products, product(key)) }
  categoryOf(result, context) {
    const nothing = context.url.endsWith('/Category') ? ODataResult.NoContent() : null
    return category(result.CategoryCode) ?? nothing
  }
  setCategory(key, link) { product(key).CategoryCode = link }
  unsetCategory(key) { product(key).CategoryCode = null }
}
ProductsController.define(odata.type(model.Product), {
  all: [odata.GET, { query: odata.query }],
  one: [odata.GET, { key: odata.key }],
  insert: [odata.POST, { body: odata.body }],
  update: [odata.PATCH, { key: odata.key, delta: odata.body }],
  replace: [odata.PUT, { key: odata.key, body: odata.body }],
  remove: [odata.DELETE, { key: odata.key }],
  categoryOf: [odata.GET('Category'), { result: odata.result, context: odata.context }],
  setCategory: [odata.updateRef('Category'), { key: odata.key, link: odata.link }],
  unsetCategory: [odata.deleteRef('Category'), { key: odata.key }]
})

class CategoriesController extends ODataController {
  all(query) { return listed(categories, query) }
  one(key) { return category(key) }
  insert(body, context) {
    const { Products, ...own } = body
    const created = add(model.Category, categories, own)
    put(Products, created)
    return changed(created, `Categories('${created.Code}')`, context)
  }
  update(key, delta) {
    const { Products, ...own } = delta
    put(Products, Object.assign(category(key), own))
  }
  productsOf(result, query, context) { return paged(listed(productsOf(result), query), context) }
  insertProduct(result, body) { return add(model.Product, products, { ...body, CategoryCode: result.Code }) }
  addProduct(key, link) { product(link).CategoryCode = key }
  removeProduct(link) { product(link).CategoryCode = null }
}

/** Makes these the category's products: what is there is changed, what is not is made. */
function put(wanted, category) {
  if (!wanted) return
  for (const gone of productsOf(category)) gone.CategoryCode = null
  for (const body of wanted) {
    Object.assign(product(body.Id) ?? add(model.Product, products, {}), body, { CategoryCode: category.Code })
  }
}

CategoriesController.define(odata.type(model.Category), {
  all: [odata.GET, { query: odata.query }],
  one: [odata.GET, { key: odata.key }],
  insert: [odata.POST, { body: odata.body, context: odata.context }],
  update: [odata.PATCH, { key: odata.key, delta: odata.body }],
  productsOf: [odata.GET('Products'), { result: odata.result, query: odata.query, context: odata.context }],
  insertProduct: [odata.POST('Products'), { result: odata.result, body: odata.body }],
  addProduct: [odata.createRef('Products'), { key: odata.key, link: odata.link }],
  removeProduct: [odata.deleteRef('Products'), { link: odata.link }]
})

const pictures = new Map()

class SamplesController extends ODataController {
  all(query) { return listed(samples, query) }
  one(key, context) {
    const found = sample(key)
    const { Title } = found?.Translations?.find(({ Locale }) => Locale === context.request.headers['accept-language']) ?? {}
    return Title ? Object.assign(new model.Sample(), found, { Text: Title }) : found
  }
  insert(body) { return add(model.Sample, samples, body) }
  picture(key, context) {
    const found = pictures.get(key)
    if (!found) context.response.status(204)
    return found && new ODataStream(Readable.from(found.bytes), found.type)
  }
  async setPicture(key, body, context) {
    pictures.set(key, { bytes: await buffer(body), type: context.request.headers['content-type'] })
  }
}
SamplesController.define(odata.type(model.Sample), {
  all: [odata.GET, { query: odata.query }],
  one: [odata.GET, { key: odata.key, context: odata.context }],
  insert: [odata.POST, { body: odata.body }],
  picture: [odata.GET('Picture'), { key: odata.key, context: odata.context }],
  setPicture: [odata.PUT('Picture'), { key: odata.key, body: odata.body, context: odata.context }]
})

class SalesController extends ODataController {
  all(query, context) { return paged(listed(sales, query), context) }
  one(shop, day, number) { return sale(shop, day, number) }
  insert(body) { return add(model.Sale, sales, body) }
}
SalesController.define(odata.type(model.Sale), {
  all: [odata.GET, { query: odata.query, context: odata.context }],
  one: [odata.GET, { shop: odata.key('Shop'), day: odata.key('Day'), number: odata.key('Number') }],
  insert: [odata.POST, { body: odata.body }]
})

class NotesController extends ODataController {
  one(key, context) {
    const found = note(key)
    if (found) context.response.setHeader('ETag', etag(found))
    return found
  }
  insert(body) { return add(model.Note, notes, { ...body, Version: 1 }) }
  update(key, delta, context) {
    const found = note(key)
    checkPrecondition(found, context)
    Object.assign(found, delta)
    found.Version += 1
  }
  remove(key, context) {
    const found = note(key)
    checkPrecondition(found, context)
    remove(notes, found)
  }
}
NotesController.define(odata.type(model.Note), {
  one: [odata.GET, { key: odata.key, context: odata.context }],
  insert: [odata.POST, { body: odata.body }],
  update: [odata.PATCH, { key: odata.key, delta: odata.body, context: odata.context }],
  remove: [odata.DELETE, { key: odata.key, context: odata.context }]
})

module.exports = { CategoriesController, NotesController, ProductsController, SalesController, SamplesController }
