const cds = require('@sap/cds')
const fs = require('node:fs')

// On loopback, at a port that the system chooses and the file of this name tells once requests are answered.
cds.on('bootstrap', app => {
  const { listen } = app
  app.listen = () => listen.call(app, 0, '127.0.0.1')
})
cds.on('listening', ({ server }) => {
  const file = process.env.PORT_FILE
  fs.writeFileSync(`${file}.new`, String(server.address().port))
  fs.renameSync(`${file}.new`, file)
})

module.exports = cds.server
