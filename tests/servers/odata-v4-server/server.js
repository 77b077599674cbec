// A service of odata-v4-server. It is a framework: it parses requests and writes answers; the data, and what query
// options select of it, are the controllers'.
require('reflect-metadata')
const { Edm, HttpRequestError, ODataErrorHandler, ODataServer, odata } = require('odata-v4-server')
const fs = require('node:fs')
const controllers = require('./controllers')

const cleared = []

/** An error with details, which the framework's own handler would drop. */
class Refusal extends HttpRequestError {
  constructor(count) {
    super(422, 'Several reasons')
    this.details = Array.from({ length: count }, (_, i) => ({
      code: `REFUSED_${i + 1}`, message: `reason ${i + 1}`, target: `field${i + 1}`, '@shelf.severity': 4
    }))
  }
}

class ShelfServer extends ODataServer {
  double(number) { return 2 * number }
  clear(name) { cleared.push(name) }
  cleared() { return cleared }
  async names(ids) { return ids.map(id => `Number ${id}`) }
  language(context) { return context.request.headers['accept-language'] ?? null }
  async refuse(count) { throw new Refusal(count) }

  static errorHandler(error, request, response, next) {
    if (!(error instanceof Refusal)) return ODataErrorHandler(error, request, response, next)
    const { message, details } = error
    response.status(error.statusCode).send({ error: { code: 'REFUSED', message, details } })
  }
}
ShelfServer.define(
  odata.namespace('shelf'),
  odata.container('Shelf'),
  odata.controller(controllers.ProductsController, 'Products'),
  odata.controller(controllers.CategoriesController, 'Categories'),
  odata.controller(controllers.SamplesController, 'Samples'),
  odata.controller(controllers.SalesController, 'Sales'),
  odata.controller(controllers.NotesController, 'Notes'),
  {
    double: [Edm.FunctionImport(Edm.Int32), { number: Edm.Int32 }],
    clear: [Edm.ActionImport, { name: Edm.String }],
    cleared: Edm.FunctionImport(Edm.Collection(Edm.String)),
    names: [Edm.FunctionImport(Edm.Collection(Edm.String)), { ids: Edm.Collection(Edm.Int32) }],
    language: [Edm.FunctionImport(Edm.String), { context: odata.context }],
    refuse: [Edm.ActionImport, { count: Edm.Int32 }]
  }
)

// At a port that the system chooses and the file of this name tells once requests are answered.
const server = ShelfServer.create('/odata', 0, '127.0.0.1')
server.on('listening', () => {
  const file = process.env.PORT_FILE
  fs.writeFileSync(`${file}.new`, String(server.address().port))
  fs.renameSync(`${file}.new`, file)
})
