// What odata-v4-server can do that other servers here cannot, above all references. It is a framework: it parses
// requests and writes answers, and the data and what `$filter` selects of it are the controllers'.
require('reflect-metadata')
const { Edm, ODataController, ODataEntity, ODataServer, odata } = require('odata-v4-server')
const { createFilter } = require('odata-v4-inmemory')
const fs = require('node:fs')

const products = []
const categories = []
const product = key => products.find(({ Id }) => Id === key) ?? null
const category = key => categories.find(({ Code }) => Code === key) ?? null
const selected = (all, filter) => (filter ? all.filter(createFilter(filter)) : all)

class Product extends ODataEntity {}
class Category extends ODataEntity {
  size(result) { return products.filter(({ CategoryCode }) => CategoryCode === result.Code).length }
  rename(result, name) { category(result.Code).Name = name }
}

Product.define({
  Id: [Edm.Int32, Edm.Key],
  Name: Edm.String,
  Price: Edm.Double,
  Sold: Edm.Boolean,
  CategoryCode: Edm.String,
  Category: [Edm.EntityType(Edm.ForwardRef(() => Category)), Edm.Partner('Products')]
})
Category.define({
  Code: [Edm.String, Edm.Key],
  Name: Edm.String,
  Products: [Edm.Collection(Edm.EntityType(Product)), Edm.Partner('Category')],
  size: [Edm.Function(Edm.Int32), { result: odata.result }],
  rename: [Edm.Action, { result: odata.result, name: Edm.String }]
})

class ProductsController extends ODataController {
  all(filter) { return selected(products, filter) }
  one(key) { return product(key) }
  insert(body) { products.push(Object.assign(new Product(), body)); return body }
  update(key, delta) { Object.assign(product(key), delta) }
  remove(key) { products.splice(products.indexOf(product(key)), 1) }
  categoryOf(result) { return category(result.CategoryCode) }
  setCategory(key, link) { product(key).CategoryCode = link }
  unsetCategory(key) { product(key).CategoryCode = null }
}
ProductsController.define(odata.type(Product), {
  all: [odata.GET, { filter: odata.filter }],
  one: [odata.GET, { key: odata.key }],
  insert: [odata.POST, { body: odata.body }],
  update: [odata.PATCH, { key: odata.key, delta: odata.body }],
  remove: [odata.DELETE, { key: odata.key }],
  categoryOf: [odata.GET('Category'), { result: odata.result }],
  setCategory: [odata.updateRef('Category'), { key: odata.key, link: odata.link }],
  unsetCategory: [odata.deleteRef('Category'), { key: odata.key }]
})

class CategoriesController extends ODataController {
  all(filter) { return selected(categories, filter) }
  one(key) { return category(key) }
  insert(body) { categories.push(Object.assign(new Category(), body)); return body }
  productsOf(result, filter) { return selected(products.filter(({ CategoryCode }) => CategoryCode === result.Code), filter) }
  addProduct(key, link) { product(link).CategoryCode = key }
  removeProduct(link) { product(link).CategoryCode = null }
}
CategoriesController.define(odata.type(Category), {
  all: [odata.GET, { filter: odata.filter }],
  one: [odata.GET, { key: odata.key }],
  insert: [odata.POST, { body: odata.body }],
  productsOf: [odata.GET('Products'), { result: odata.result, filter: odata.filter }],
  addProduct: [odata.createRef('Products'), { key: odata.key, link: odata.link }],
  removeProduct: [odata.deleteRef('Products'), { link: odata.link }]
})

class ShelfServer extends ODataServer {
  double(number) { return 2 * number }
  clear(name) { cleared.push(name) }
  cleared() { return cleared }
}
const cleared = []
ShelfServer.define(
  odata.namespace('shelf'),
  odata.container('Shelf'),
  odata.controller(ProductsController, 'Products'),
  odata.controller(CategoriesController, 'Categories'),
  {
    double: [Edm.FunctionImport(Edm.Int32), { number: Edm.Int32 }],
    clear: [Edm.ActionImport, { name: Edm.String }],
    cleared: Edm.FunctionImport(Edm.Collection(Edm.String))
  }
)

// At a port that the system chooses and the file of this name tells once requests are answered.
const server = ShelfServer.create('/odata', 0, '127.0.0.1')
server.on('listening', () => {
  const file = process.env.PORT_FILE
  fs.writeFileSync(`${file}.new`, String(server.address().port))
  fs.renameSync(`${file}.new`, file)
})
