using System.Net.Http;
using Amazon;
using Amazon.Runtime;
using Amazon.S3;

namespace ExpertCluster.Catalogue.Sources;

/// <summary>The S3 package's client, on this product's own HTTP: checked addresses, bounded answers, one attempt (the fetch has others).</summary>
internal static class BucketClient
{
    /// <summary>For signatures, where an endpoint is named and no region: what servers other than Amazon's take.</summary>
    private const string UsualRegion = "us-east-1";

    public static AmazonS3Client Create(SourceHttp http)
    {
        var options = http.Options;
        var config = new AmazonS3Config
        {
            ForcePathStyle = true,
            MaxErrorRetry = 0,
            Timeout = options.FileTimeout,
            HttpClientFactory = new Factory(http),
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (options.BucketEndpoint is { } endpoint)
        {
            config.ServiceURL = endpoint.AbsoluteUri;
            config.AuthenticationRegion = options.BucketRegion ?? UsualRegion;
        }
        else
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(options.BucketRegion);
        }

        return new AmazonS3Client(Credentials(options.BucketKeys), config);
    }

    private static AWSCredentials Credentials(BucketKeys? keys) => keys switch
    {
        null => new AnonymousAWSCredentials(),
        { Session: { } session } => new SessionAWSCredentials(keys.Id, keys.Key.Reveal(), session.Reveal()),
        _ => new BasicAWSCredentials(keys.Id, keys.Key.Reveal()),
    };

    private sealed class Factory(SourceHttp http) : HttpClientFactory
    {
        public override HttpClient CreateHttpClient(IClientConfig clientConfig) =>
            new(new BoundedAnswers(http)) { Timeout = Timeout.InfiniteTimeSpan };

        /// <summary>The client's own: the package would share it with others that have other limits.</summary>
        public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

        public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;
    }

    private sealed class BoundedAnswers(SourceHttp http) : DelegatingHandler(http.NewHandler())
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            bool isContent = response.IsSuccessStatusCode && !request.RequestUri!.Query.Contains("list-type=", StringComparison.Ordinal);
            string what = request.RequestUri!.IdnHost;
            var body = await http.BodyAsync(what, response, isContent ? long.MaxValue : http.Options.MaxListingBytes, cancellationToken);
            var bounded = new StreamContent(body);
            foreach (var (name, values) in response.Content.Headers)
            {
                bounded.Headers.TryAddWithoutValidation(name, values);
            }

            response.Content = bounded;
            return response;
        }
    }
}
