using Amazon.Runtime;
using Amazon.Runtime.Internal;

namespace DynamoBackup.Aws;

/// <summary>
/// Asks for credentials once for each request. The SDK's signer asks twice, for the token and then for the keys, and a request that falls into
/// a renewal would carry the old token with the new keys, which the service refuses.
/// </summary>
internal sealed class SigningHandler : PipelineHandler
{
    /// <summary>Puts the handler before the SDK's signer, where each attempt passes.</summary>
    public static void AddTo(RuntimePipeline pipeline) => pipeline.AddHandlerBefore<Signer>(new SigningHandler());

    /// <inheritdoc/>
    public override async Task<T> InvokeAsync<T>(IExecutionContext executionContext)
    {
        var request = executionContext.RequestContext;
        if (request.Identity is not AWSCredentials credentials)
            return await base.InvokeAsync<T>(executionContext);
        var keys = await credentials.GetCredentialsAsync();
        request.Identity = keys.UseToken
            ? new SessionAWSCredentials(keys.AccessKey, keys.SecretKey, keys.Token)
            : new BasicAWSCredentials(keys.AccessKey, keys.SecretKey);
        try
        {
            return await base.InvokeAsync<T>(executionContext);
        }
        finally
        {
            request.Identity = credentials;
        }
    }
}
