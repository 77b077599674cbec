// The types of the service, and its data, which are in memory.
const { Edm, ODataEntity, odata } = require('odata-v4-server')
const { checkPrecondition } = require('./answers')

const products = []
const categories = []
const samples = []
const sales = []
const notes = []

const product = key => products.find(({ Id }) => Id === key) ?? null
const category = key => categories.find(({ Code }) => Code === key) ?? null
const sample = key => samples.find(({ Id }) => Id === key) ?? null
const sale = (shop, day, number) =>
  sales.find(({ Shop, Day, Number }) => Shop === shop && Day === day && Number === number) ?? null
const note = key => notes.find(({ Id }) => Id === key) ?? null
const productsOf = ({ Code }) => products.filter(({ CategoryCode }) => CategoryCode === Code)

class Product extends ODataEntity {}
class Category extends ODataEntity {
  size(result) { return productsOf(result).length }
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

class Size extends ODataEntity {}
Size.define({ Height: Edm.Int32, Width: Edm.Int32 })

class Translation extends ODataEntity {}
Translation.define({ Locale: Edm.String, Title: Edm.String })

const Color = { '@odata.type': 'shelf.Color', Red: 0, Green: 1 }

/** A value of every type. */
class Sample extends ODataEntity {}
Sample.define({
  Id: [Edm.Guid, Edm.Key],
  Text: Edm.String,
  Flag: Edm.Boolean,
  Tiny: Edm.SByte,
  Octet: Edm.Byte,
  Short: Edm.Int16,
  Whole: Edm.Int32,
  Long: Edm.Int64,
  Exact: Edm.Decimal,
  Half: Edm.Single,
  Real: Edm.Double,
  Day: Edm.Date,
  Time: Edm.TimeOfDay,
  Moment: Edm.DateTimeOffset,
  Span: Edm.Duration,
  Other: Edm.Guid,
  Bytes: Edm.Binary,
  Color: Edm.EnumType(Color),
  Size: Edm.ComplexType(Size),
  Sizes: Edm.Collection(Edm.ComplexType(Size)),
  Words: Edm.Collection(Edm.String),
  Kind: [Edm.String, Edm.Annotate({
    term: 'Org.OData.Validation.V1.AllowedValues',
    collection: [{ record: [{ propertyValue: [{ property: 'Value', string: 'old' }] }] }]
  })],
  Translations: Edm.Collection(Edm.ComplexType(Translation)),
  Picture: Edm.Stream
})

/** Its key has text, a date and an integer. */
class Sale extends ODataEntity {}
Sale.define({
  Shop: [Edm.String, Edm.Key],
  Day: [Edm.Date, Edm.Key],
  Number: [Edm.Int32, Edm.Key],
  Copies: Edm.Int32
})

/** A note with an ETag, in the header: who changes it has to send one. */
class Note extends ODataEntity {
  // What operations throw before there is a promise is never answered, and ends the process.
  async stamp(result, text, context) {
    const found = note(result.Id)
    checkPrecondition(found, context)
    found.Text = text
    found.Version += 1
  }
}
Note.define({
  Id: [Edm.Guid, Edm.Key],
  Text: Edm.String,
  Version: Edm.Int32,
  stamp: [Edm.Action, { result: odata.result, text: Edm.String, context: odata.context }]
})

module.exports = {
  Category, Note, Product, Sale, Sample,
  categories, notes, products, sales, samples,
  category, note, product, productsOf, sale, sample
}
