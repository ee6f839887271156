namespace DynamoBackup.Testing;

/// <summary>What can go wrong with one request.</summary>
public enum FaultKind
{
    /// <summary>DynamoDB: the request rate is too high.</summary>
    Throttling,

    /// <summary>DynamoDB: the table's provisioned throughput is used up.</summary>
    ProvisionedThroughputExceeded,

    /// <summary>DynamoDB: the account's throughput is used up.</summary>
    RequestLimitExceeded,

    /// <summary>An error 500; after a write, the server may have applied it or not.</summary>
    InternalError,

    /// <summary>An error 503.</summary>
    ServiceUnavailable,

    /// <summary>S3: an error 503 that asks for fewer requests.</summary>
    SlowDown,

    /// <summary>DynamoDB, in batches: some of the operations are given back.</summary>
    SomeUnprocessed,

    /// <summary>DynamoDB, in batches: all operations are given back.</summary>
    AllUnprocessed,

    /// <summary>The connection is cut and the server never saw the request.</summary>
    CutBefore,

    /// <summary>The server did what was asked for, and the connection is cut before it says so.</summary>
    CutAfter,

    /// <summary>The server did what was asked for, and the connection is cut in the middle of the headers of its answer.</summary>
    CutInHeaders,

    /// <summary>The connection is cut in the middle of the answer's body.</summary>
    CutInBody,

    /// <summary>The answer's body is too short, and its length says so too.</summary>
    TruncatedBody,

    /// <summary>DynamoDB: the answer's x-amz-crc32 is of another body.</summary>
    WrongCrc,

    /// <summary>One bit of the answer's body is flipped on the way.</summary>
    FlippedBit,

    /// <summary>Nothing is answered until the client goes away.</summary>
    Stall,

    /// <summary>The server did what was asked for, and its answer stalls in the middle of the body.</summary>
    StallInBody,

    /// <summary>The answer comes in small pieces, with pauses.</summary>
    SlowDrip,

    /// <summary>The credentials have expired.</summary>
    ExpiredToken,
}
