// Runs dynalite as a library, in memory: node serve-dynalite.js <folder of node_modules> [<dynalite options as JSON>]
// Prints the port it listens on as one line. dynalite's own command line cannot say which port it got for port 0.
'use strict'

const { createRequire } = require('node:module')
const path = require('node:path')

const [installFolder, options = '{}'] = process.argv.slice(2)
const dynalite = createRequire(path.join(installFolder, 'package.json'))('dynalite')

// Whoever started us holds the other end, and it closes even when that process is killed: no server is ever left behind.
const leave = () => process.exit(0)
process.stdin.on('end', leave).on('error', leave).resume()

// dynalite throws when a client cuts a connection in mid-request; tests do that on purpose and want the server to live.
process.on('uncaughtException', error => {
  if (error.code === 'ECONNRESET' || error.code === 'EPIPE') return
  console.error(error.stack ?? error)
  process.exit(1)
})

const server = dynalite(JSON.parse(options))

// A server that closes idle connections races with a client's next request on one of them.
server.keepAliveTimeout = 0

server.listen(0, '127.0.0.1', () => console.log(server.address().port))
