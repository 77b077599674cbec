const cds = require('@sap/cds')

module.exports = class PressService extends cds.ApplicationService {
  init() {
    const { Books, Notes, Shop } = this.entities

    this.on('reprint', Books, async req => {
      const [{ ID }] = req.params
      const { printed } = await SELECT.one.from(Books, ID).columns('printed')
      const sum = BigInt(printed ?? 0) + BigInt(req.data.copies)
      await UPDATE(Books, ID).with({ printed: String(sum) })
      return SELECT.one.from(Books, ID)
    })
    this.on('withdraw', Books, req => UPDATE(Books, req.params[0].ID).with({ inPrint: false }))
    this.on('revenue', Books, async req => {
      const { price } = await SELECT.one.from(Books, req.params[0].ID).columns('price')
      return price
    })
    this.on('similar', Books, async req => {
      const [{ ID }] = req.params
      const { author_ID } = await SELECT.one.from(Books, ID).columns('author_ID')
      return SELECT.from(Books).where({ author_ID, ID: { '>=': req.data.least } }).and({ ID: { '!=': ID } }).orderBy('ID')
    })

    this.on('stamp', Notes, async req => {
      const [{ ID }] = req.params
      await UPDATE(Notes, ID).with({ text: req.data.text })
      return SELECT.one.from(Notes, ID)
    })
    cds.on('served', () => INSERT.into(Shop).entries({ ID: 1, name: 'Corner' }))

    this.on('echo', req => req.data)
    this.on('nothing', () => {})
    this.on('refuse', req => {
      for (let index = 1; index <= req.data.count; index++) {
        req.error({ status: 422, code: `REFUSED_${index}`, message: `reason ${index}`, target: `field${index}`, '@Common.numericSeverity': 4 })
      }
    })
    this.on('total', async req => {
      const books = await SELECT.from(Books).columns('printed').where({ genre_code: req.data.genre })
      return String(books.reduce((sum, { printed }) => sum + BigInt(printed ?? 0), 0n))
    })
    this.on('greet', req => {
      const { name, day, time, moment, id, whole, flag } = req.data
      return [name, day, time, moment, id, whole, flag].join(' ')
    })
    this.on('titles', async req => {
      const books = await SELECT.from(Books).columns('title').where({ ID: { in: req.data.ids } }).orderBy('ID')
      return books.map(book => book.title)
    })
    this.on('newest', () => SELECT.one.from(Books).orderBy('published desc'))
    this.on('language', req => req.locale)

    return super.init()
  }
}
