// Runs Amazon's DynamoDB Local as it is, in memory, in a process of its own: node serve-dynamodb-local.js <java> <folder of DynamoDBLocal.jar>
// Prints its port and process id as one line once it answers. The jar neither picks a free port nor notices that whoever wanted it is gone.
'use strict'

const { spawn } = require('node:child_process')
const { once } = require('node:events')
const http = require('node:http')
const net = require('node:net')
const { setTimeout: pause } = require('node:timers/promises')

const [java, folder] = process.argv.slice(2)
const attempts = 4
let server

// Whoever started us holds the other end, and it closes even when that process is killed: no server is ever left behind.
function leave() {
  if (!server || server.exitCode !== null || server.signalCode !== null) process.exit(0)
  server.once('exit', () => process.exit(0))
  server.kill('SIGKILL')
}
process.stdin.on('end', leave).on('error', leave).resume()
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, leave)
process.on('exit', () => server?.kill('SIGKILL'))

async function listen(port) {
  const listener = net.createServer().listen(port, '0.0.0.0')
  await once(listener, 'listening')
  const { port: taken } = listener.address()
  listener.close()
  await once(listener, 'close')
  return taken
}

// A server that took the port before ours would answer too, but none of the others of these tests is a Jetty.
const answers = port => new Promise(resolve => {
  const headers = {
    'X-Amz-Target': 'DynamoDB_20120810.ListTables',
    'Content-Type': 'application/x-amz-json-1.0',
    Authorization: 'AWS4-HMAC-SHA256 Credential=local/20200101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
  }
  const request = http.request({ host: '127.0.0.1', port, method: 'POST', headers, agent: false, timeout: 5000 }, response => {
    response.resume().on('close', () => resolve(response.statusCode === 200 && /^Jetty/.test(response.headers.server)))
  })
  request.on('timeout', () => request.destroy()).on('error', () => resolve(false)).end('{}')
})

async function serve(port) {
  const options = ['-Xmx512m', '-Djava.library.path=./DynamoDBLocal_lib', '-jar', 'DynamoDBLocal.jar', '-inMemory', '-sharedDb', '-port', port]
  server = spawn(java, options, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] })
  const ended = once(server, 'exit')
  while (server.exitCode === null && server.signalCode === null) {
    if (await answers(port) && server.exitCode === null) {
      console.log(`${port} ${server.pid}`)
      await ended
      process.exit(1)
    }
    await Promise.race([ended, pause(50)])
  }
}

async function main() {
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const port = await listen(0)
    await serve(port)
    // It ended. Where the port is free all the same, another one would not help.
    if (await listen(port).then(() => true, () => false)) break
  }
  process.exit(1)
}

main().catch(error => {
  console.error(error.stack ?? error)
  process.exit(1)
})
