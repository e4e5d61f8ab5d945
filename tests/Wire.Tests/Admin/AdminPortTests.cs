using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using ExpertCluster.V1;
using ExpertCluster.Wire.Tests.Abuse;
using ExpertCluster.Wire.Tests.Support;
using Grpc.Core;
using Grpc.Net.Client;

namespace ExpertCluster.Wire.Tests.Admin;

/// <summary>A router whose admin API has ports of its own: operators' calls there and nowhere else, clients' calls everywhere else.</summary>
public sealed class AdminPortTests : IDisposable
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private readonly ServedApps _apps;
    private readonly GrpcChannel _channel;
    private readonly HttpClient _http;

    public AdminPortTests(ServedApps apps)
    {
        _apps = apps;
        _channel = GrpcChannel.ForAddress(apps.Admin.GrpcAddress);
        _http = new HttpClient { BaseAddress = new Uri(apps.Admin.HttpAddress) };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", AdminPorts.Token);
    }

    public static TheoryData<string, string> AdminPaths => new()
    {
        { "GET", "/admin/experts" },
        { "POST", "/admin/experts" },
        { "GET", "/admin/experts/law" },
        { "PUT", "/admin/experts/law" },
        { "PATCH", "/admin/experts/law" },
        { "DELETE", "/admin/experts/law" },
        { "POST", "/admin/experts/law/scale" },
        { "POST", "/admin/experts/law/pin" },
        { "POST", "/admin/experts/law/promote" },
        { "POST", "/admin/experts/law/rollback" },
        { "POST", "/admin/experts/law/reset" },
        { "GET", "/admin/hosts" },
        { "POST", "/admin/hosts/host-0/drain" },
        { "GET", "/admin/hosts/host-0/drain" },
        { "POST", "/admin/hosts/host-0/resume" },
        { "GET", "/admin/changes" },
        { "GET", "/admin/gate" },
        { "POST", "/admin/gate/fit" },
        { "POST", "/admin/gate/promote" },
        { "POST", "/v1/load_lora_adapter" },
        { "GET", "/v1/load_lora_adapter" },
        { "POST", "/v1/unload_lora_adapter" },
        { "POST", "/v2/repository/models/law/load" },
        { "POST", "/v2/repository/models/law/unload" },
    };

    public static TheoryData<string> Methods =>
    [
        .. V1.Admin.Descriptor.Methods.Select(method => $"/{V1.Admin.Descriptor.FullName}/{method.Name}"),
        "/inference.GRPCInferenceService/RepositoryModelLoad",
        "/inference.GRPCInferenceService/RepositoryModelUnload",
    ];

    public void Dispose()
    {
        _http.Dispose();
        _channel.Dispose();
    }

    /// <summary>To the last header as a path that nobody ever had, with any method and any token.</summary>
    [Theory(Timeout = 60_000)]
    [MemberData(nameof(AdminPaths))]
    public async Task Http_OnTheClientsPort_IsAnUnknownPath(string method, string path)
    {
        var known = await AnswerAsync(_apps.Router.Http, method, path);
        var unknown = await AnswerAsync(_apps.Router.Http, method, Nobodys(path));

        Assert.Equal(HttpStatusCode.NotFound, known.Status);

        // The answer repeats the path; names are of one length.
        Assert.Equal(unknown, known with { Body = Nobodys(known.Body) });

        static string Nobodys(string text) => text.Replace("admin", "nodes", StringComparison.Ordinal).Replace("lora", "none", StringComparison.Ordinal).Replace("repository", "storehouse", StringComparison.Ordinal);
    }

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Methods))]
    public async Task Grpc_OnTheClientsPort_IsUnimplemented(string path) => Assert.Equal("12", await StatusAsync(_apps.Router.Address, path));

    /// <summary>The name of another port, or of this machine, in a header changes nothing.</summary>
    [Fact(Timeout = 60_000)]
    public async Task Http_HostHeaderOfTheAdminPort_IsAnUnknownPathStill()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/admin/experts");
        request.Headers.Host = new Uri(_apps.Admin.HttpAddress).Authority;
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", AdminPorts.Token);
        using var answer = await _apps.Router.Http.SendAsync(request, _cancellation);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact(Timeout = 60_000)]
    public async Task AdminPorts_WithTheToken_Answer()
    {
        var admin = new V1.Admin.AdminClient(_channel);
        Metadata token = new() { { "authorization", $"Bearer {AdminPorts.Token}" } };

        var experts = await admin.ListExpertsAsync(new ListExpertsRequest(), token, cancellationToken: _cancellation);
        var lists = await Task.WhenAll(((string[])["experts", "experts/law", "hosts", "changes"]).Select(path => _http.GetAsync($"/admin/{path}", _cancellation)));
        using var lora = await _http.PostAsJsonAsync("/v1/unload_lora_adapter", new { lora_name = "nobody" }, _cancellation);
        using var wrongMethod = await _http.GetAsync("/admin/hosts/host-0/drain", _cancellation);

        Assert.Contains("law", experts.Experts.Select(e => e.Name));
        Assert.All(lists, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Assert.Equal(HttpStatusCode.NotFound, lora.StatusCode);
        Assert.Contains("model_not_found", await lora.Content.ReadAsStringAsync(_cancellation), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, wrongMethod.StatusCode);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(null)]
    [InlineData("Bearer another-token-of-some-length")]
    [InlineData("Basic dXNlcjpwYXNzd29yZA==")]
    public async Task AdminPorts_WithoutTheToken_Are401AndUnauthenticated(string? shown)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/admin/experts");
        _http.DefaultRequestHeaders.Authorization = null;
        request.Headers.TryAddWithoutValidation("Authorization", shown);
        using var answer = await _http.SendAsync(request, _cancellation);
        var error = await Assert.ThrowsAsync<RpcException>(async () => await new V1.Admin.AdminClient(_channel).ListHostsAsync(
            new ListHostsRequest(), shown is null ? [] : new() { { "authorization", shown } }, cancellationToken: _cancellation));

        Assert.Equal((HttpStatusCode.Unauthorized, "Bearer realm=\"expertcluster\""), (answer.StatusCode, answer.Headers.WwwAuthenticate.ToString()));
        Assert.Equal(StatusCode.Unauthenticated, error.StatusCode);
    }

    /// <summary>Clients' calls are no operators': whoever may reach the one port need not reach the other's services.</summary>
    [Fact(Timeout = 60_000)]
    public async Task AdminPorts_ClientsCalls_AreUnknown()
    {
        using var models = await _http.GetAsync("/v1/models", _cancellation);
        using var chat = await _http.PostAsJsonAsync("/v1/chat/completions", new { model = "law" }, _cancellation);
        using var health = await _http.GetAsync("/health/live", _cancellation);

        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound, HttpStatusCode.OK), (models.StatusCode, chat.StatusCode, health.StatusCode));
        Assert.Equal("12", await StatusAsync(_apps.Admin.GrpcAddress, _apps.Router.Unary));
        Assert.Equal("0", await StatusAsync(_apps.Admin.GrpcAddress, "/grpc.health.v1.Health/Check"));
        Assert.Equal("0", await StatusAsync(_apps.Router.Address, _apps.Router.Unary));
        Assert.Equal("0", await StatusAsync(_apps.Router.Address, "/grpc.health.v1.Health/Check"));
    }

    private async Task<(HttpStatusCode Status, string Body, string Headers)> AnswerAsync(HttpClient http, string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = method == "GET" ? null : JsonContent.Create(new { }) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", AdminPorts.Token);
        using var answer = await http.SendAsync(request, _cancellation);
        answer.Headers.Date = null;
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(_cancellation), answer.Headers.ToString() + answer.Content.Headers);
    }

    private static async Task<string> StatusAsync(string address, string path)
    {
        await using var client = await RawHttp2Client.ConnectAsync(address);
        await client.RequestAsync(1, path);
        await client.DataAsync(1, RawGrpc.Frame([]), end: true);
        return (await client.EndOfCallAsync(1))["grpc-status"];
    }
}
