using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.S3;
using DynamoBackup.Aws;

namespace DynamoBackup.Stores.S3;

/// <summary>The SDK's client, whose every request is signed with one set of credentials.</summary>
internal sealed class WireS3Client(AWSCredentials credentials, AmazonS3Config config) : AmazonS3Client(credentials, config)
{
    /// <inheritdoc/>
    protected override void CustomizeRuntimePipeline(RuntimePipeline pipeline)
    {
        base.CustomizeRuntimePipeline(pipeline);
        SigningHandler.AddTo(pipeline);
    }
}
