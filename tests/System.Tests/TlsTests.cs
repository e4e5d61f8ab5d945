using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using ExpertCluster.SystemTests.Support;
using ExpertCluster.TestSupport;
using ExpertCluster.V1;
using Grpc.Core;
using Grpc.Net.Client;

namespace ExpertCluster.SystemTests;

/// <summary>A cluster that speaks TLS everywhere, asked by .NET, curl and Node, before and after its certificates change.</summary>
public sealed class TlsTests : IAsyncLifetime
{
    private readonly TestAuthority _authority = new();
    private readonly TemporaryFolder _folder = new();
    private TestCluster _cluster = null!;

    public async ValueTask InitializeAsync()
    {
        Tool.Require("curl", "node", "npm");
        _authority.Mount(_folder, _authority.Issue("cluster"));
        _cluster = await TestCluster.StartAsync("--hosts", "1", "--tls", _folder.Path);
    }

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        _folder.Dispose();
        _authority.Dispose();
    }

    [Fact]
    public async Task Cluster_WithTls_ServesOtherStacksAndTakesNewCertificates()
    {
        await AnswersAsync(_authority);
        CurlSpeaksGrpc(_cluster.GrpcAddress.Port, expectedExitCode: 0);
        OpenAiClientAsks();

        // A host knows its callers by their certificates; a plain connection gets nowhere.
        CurlSpeaksGrpc(_cluster.Hosts().Values.Single().GrpcPort, expectedExitCode: null);
        Assert.NotEqual(0, (await Tool.TryAsync("curl", ["--silent", $"http://127.0.0.1:{_cluster.Router().HttpPort}/health/live"])).Code);

        // Another authority: the operator trusts both at first, so that nobody is cut off while processes differ.
        using var call = Client(_authority, out var channel).Complete(Requests.Endless(seed: 9));
        Assert.True(await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        using var next = new TestAuthority("next");
        next.Mount(_folder, next.Issue("cluster"), _authority);
        foreach (var node in _cluster.Hosts().Values.Append(_cluster.Router()))
        {
            await UntilTakenAsync(node, _authority, next);
        }

        await AnswersAsync(next);
        var error = await Assert.ThrowsAsync<RpcException>(() => AnswersAsync(_authority));
        Assert.NotEqual(StatusCode.OK, error.StatusCode);
        var finish = FinishReason.Unspecified;
        while (await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken))
        {
            finish = call.ResponseStream.Current.FinishReason;
        }

        Assert.Equal(FinishReason.Length, finish);
        channel.Dispose();
    }

    private async Task AnswersAsync(TestAuthority trusted)
    {
        var client = Client(trusted, out var channel);
        using (channel)
        {
            Assert.NotEmpty((await client.AskAsync(Requests.Chat("law", "Which court decides on the Kolar lease?", 8))).Tokens);
        }
    }

    /// <summary>One empty message (five zero bytes) to ListModels, by a client that is not .NET.</summary>
    private void CurlSpeaksGrpc(int port, int? expectedExitCode)
    {
        File.WriteAllBytes(_folder["empty"], new byte[5]);
        string[] arguments =
        [
            "--silent", "--http2", "--cacert", _folder["ca.crt"], "--header", "content-type: application/grpc", "--header", "te: trailers",
            "--data-binary", $"@{_folder["empty"]}", "--output", _folder["answer"], $"https://127.0.0.1:{port}/expertcluster.v1.Completions/ListModels",
        ];
        var (code, _, _) = Tool.TryAsync("curl", arguments).GetAwaiter().GetResult();
        if (expectedExitCode is null)
        {
            Assert.NotEqual(0, code);
            return;
        }

        Assert.Equal(expectedExitCode, code);
        var answer = ListModelsResponse.Parser.ParseFrom(File.ReadAllBytes(_folder["answer"]).AsSpan(5));
        Assert.Contains(answer.Models, m => m.Name == "law");
    }

    private void OpenAiClientAsks()
    {
        string input = JsonSerializer.Serialize(
            new { directory = NpmPackages.Install("System.Tests"), baseURL = new Uri(_cluster.Http.BaseAddress!, "/v1").ToString(), step = "models" });
        string script = RepositoryRoot.Combine("tests", "System.Tests", "npm", "openai.mjs");
        string answer = Tool.Run("env", [$"NODE_EXTRA_CA_CERTS={_folder["ca.crt"]}", "node", script], RepositoryRoot.Path, input);
        Assert.Contains("law", answer, StringComparison.Ordinal);
    }

    private static async Task UntilTakenAsync(NodeProcess node, params TestAuthority[] trusted)
    {
        string metrics = "";
        while (!metrics.Contains("expert_cluster_tls_reloads_total{result=\"taken\"} 1", StringComparison.Ordinal))
        {
            // A new connection each time: an old one would be trusted for what it showed before.
            using var http = new HttpClient(Handler(trusted));
            metrics = await http.GetStringAsync(new Uri($"https://127.0.0.1:{node.HttpPort}/metrics"), TestContext.Current.CancellationToken);
        }
    }

    private Completions.CompletionsClient Client(TestAuthority trusted, out GrpcChannel channel)
    {
        channel = GrpcChannel.ForAddress(_cluster.GrpcAddress, new GrpcChannelOptions { HttpHandler = Handler(trusted), DisposeHttpClient = true });
        return new Completions.CompletionsClient(channel);
    }

    private static SocketsHttpHandler Handler(params TestAuthority[] trusted)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        foreach (var authority in trusted)
        {
            policy.CustomTrustStore.ImportFromPem(authority.Pem);
        }

        return new SocketsHttpHandler { SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy } };
    }
}
