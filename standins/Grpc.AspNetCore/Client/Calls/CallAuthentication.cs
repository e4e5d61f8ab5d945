using Grpc.Core;

namespace Grpc.Net.Client.Calls;

/// <summary>Adds what call credentials give to a request.</summary>
internal static class CallAuthentication
{
    public static async Task AddAsync(GrpcCall call, HttpRequestMessage request)
    {
        // A token must not travel in plain text.
        if (!call.Channel.IsSecure && !call.Channel.Options.UnsafeUseInsecureChannelCallCredentials)
            return;
        Uri address = request.RequestUri!;
        var context = new AuthInterceptorContext(
            $"{address.Scheme}://{request.Headers.Host ?? address.Authority}/{call.Method.ServiceName}", call.Method.Name, call.Cancelled);
        foreach (CallCredentials? credentials in (CallCredentials?[])[call.Options.Credentials, call.Channel.Options.Credentials?.PerCall])
        {
            if (credentials is null)
                continue;
            var metadata = new Metadata();
            await credentials.AddMetadataAsync(context, metadata).ConfigureAwait(false);
            RequestMessage.AddMetadata(request, metadata);
        }
    }
}
