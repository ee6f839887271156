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

const { plain = false, ...settings } = JSON.parse(options)
const server = dynalite(settings)

// Calls that dynalite does not know, answered as DynamoDB does for a table on which nothing of the kind was ever set. Nothing sets it here.
const unset = {
  DescribeContinuousBackups: () => ({
    ContinuousBackupsDescription: { ContinuousBackupsStatus: 'ENABLED', PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: 'DISABLED' } },
  }),
  DescribeKinesisStreamingDestination: request => ({ TableName: request.TableName, KinesisDataStreamDestinations: [] }),
  DescribeContributorInsights: request => ({ TableName: request.TableName, IndexName: request.IndexName, ContributorInsightsStatus: 'DISABLED' }),
  GetResourcePolicy: request => ({
    __type: 'com.amazonaws.dynamodb.v20120810#PolicyNotFoundException', message: `Resource-based policy not found for the provided ResourceArn: ${request.ResourceArn}`,
  }),
}

function answerUnset(request, response, answer) {
  const parts = []
  request.on('data', part => parts.push(part)).on('end', () => {
    const content = answer(JSON.parse(Buffer.concat(parts).toString() || '{}'))
    response.writeHead(content.__type ? 400 : 200, { 'Content-Type': 'application/x-amz-json-1.0' }).end(JSON.stringify(content))
  })
}

if (!plain) {
  const [serve] = server.listeners('request')
  server.removeAllListeners('request').on('request', (request, response) => {
    const answer = unset[(request.headers['x-amz-target'] ?? '').split('.')[1]]
    if (answer) answerUnset(request, response, answer)
    else serve(request, response)
  })
}

// A server that closes idle connections races with a client's next request on one of them.
server.keepAliveTimeout = 0

server.listen(0, '127.0.0.1', () => console.log(server.address().port))
