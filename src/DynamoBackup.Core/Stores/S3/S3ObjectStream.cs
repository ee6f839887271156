using System.Net;
using Amazon.Runtime;
using Amazon.S3.Model;
using DynamoBackup.Aws;

namespace DynamoBackup.Stores.S3;

/// <summary>
/// Reads an object to its end, also when the connection breaks on the way or is closed because its reader was slow: it goes on from
/// where it was, with the very same object or not at all.
/// </summary>
internal sealed class S3ObjectStream : Stream
{
    private const int MostFailuresInARow = 5;

    private readonly S3Connection _connection;
    private readonly string _bucket;
    private readonly string _key;
    private readonly string _etag;
    private readonly long _length;
    private GetObjectResponse _response;
    private long _position;
    private int _failures;

    /// <summary>Reads an object.</summary>
    /// <param name="connection">To open it again.</param>
    /// <param name="bucket">Its bucket.</param>
    /// <param name="key">Its key.</param>
    /// <param name="response">The object, opened at its beginning.</param>
    public S3ObjectStream(S3Connection connection, string bucket, string key, GetObjectResponse response)
    {
        _connection = connection;
        _bucket = bucket;
        _key = key;
        _response = response;
        _etag = response.ETag;
        _length = response.ContentLength;
    }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => _length;

    /// <inheritdoc/>
    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException("Objects are read in order.");
    }

    private string Target => $"s3://{_bucket}/{_key}";

    private string Action => $"read '{Target}'";

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            Exception failure;
            try
            {
                var count = await _response.ResponseStream.ReadAsync(buffer, cancellationToken);
                _position += count;
                if (count > 0)
                    _failures = 0;
                if (count > 0 || buffer.Length == 0 || _position == _length)
                    return count;
                failure = new IOException($"the connection ended after {_position:N0} of {_length:N0} bytes");
            }
            catch (Exception exception) when (AwsErrors.IsNetwork(exception))
            {
                failure = exception;
            }
            catch (AmazonClientException exception)
            {
                throw new DynamoBackupException(
                    BackupErrorCode.StoreReadFailed, $"Could not {Action}: its bytes do not have the checksum that the service gives ({exception.Message}). Run the command again; if it stays so, use another copy.", Target, exception);
            }

            if (++_failures > MostFailuresInARow)
                throw _connection.Translate(failure, Action, StoreAccess.Read, Target);
            _connection.Output.Debug($"Reading '{Target}' goes on at byte {_position:N0} of {_length:N0}: {failure.Message}");
            await ReopenAsync(cancellationToken);
        }
    }

    /// <inheritdoc/>
    public override void Flush()
    {
        // Nothing is written.
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("Objects are read in order.");

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException("The object is being read.");

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("The object is being read.");

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _response.Dispose();
        base.Dispose(disposing);
    }

    private async Task ReopenAsync(CancellationToken cancellationToken)
    {
        _response.Dispose();
        var request = new GetObjectRequest { BucketName = _bucket, Key = _key, ByteRange = new ByteRange(_position, _length - 1), EtagToMatch = _etag };
        _response = await _connection.CallAsync(client => client.GetObjectAsync(request, cancellationToken), Action, StoreAccess.Read, Target, cancellationToken);
        if (_response.HttpStatusCode != HttpStatusCode.PartialContent || _response.ContentLength != _length - _position || _response.ETag != _etag)
        {
            throw new DynamoBackupException(
                BackupErrorCode.StoreReadFailed, $"Could not {Action}: the connection broke, and the service did not go on from byte {_position:N0} of the same object. Run the command again.", Target);
        }
    }
}
