using ExpertCluster.Cli.Running;
using ExpertCluster.TestSupport;
using ExpertCluster.V1;
using Grpc.Core;

namespace ExpertCluster.Cli.Tests.Running;

public sealed class AdminLoginTests : IDisposable
{
    private const string First = "the-first-token-of-all";
    private const string Second = "the-second-token-of-all";
    private const string Third = "the-third-token-of-all";

    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, string> _variables = [];
    private readonly Calls _calls = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Over_OptionThenFileThenText_TheFirstThatIsSetIsShown()
    {
        Ask();
        _variables[AdminLogin.Token] = Third;
        Ask();
        _variables[AdminLogin.TokenFile] = Write("named", Second);
        Ask();
        Ask(Write("given", First));

        Assert.Equal([null, $"Bearer {Third}", $"Bearer {Second}", $"Bearer {First}"], _calls.Shown);
    }

    /// <summary>A keeper runs for months.</summary>
    [Fact]
    public void Over_FileChanges_TheNextCallShowsWhatItHas()
    {
        var client = ClientOf(Write("token", First));
        client.ListHosts(new ListHostsRequest());
        Write("token", Second);
        client.ListHosts(new ListHostsRequest());

        Assert.Equal([$"Bearer {First}", $"Bearer {Second}"], _calls.Shown);
    }

    [Fact]
    public void Over_WhatIsNoToken_IsNamedWithoutIt()
    {
        _variables[AdminLogin.Token] = "a secret";

        var error = Assert.Throws<ClusterCallException>(() => Ask());

        Assert.Contains(AdminLogin.Token, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
        Assert.Empty(_calls.Shown);
    }

    /// <summary>The keeper's feed goes on, and says once what is missing.</summary>
    [Fact(Timeout = 60_000)]
    public async Task Feed_FileThatIsNone_IsToldAndAskedAgain()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var errors = new StringWriter();
        int reads = 0;
        var login = new AdminLogin(null, name =>
        {
            if (++reads == 3)
            {
                stop.Cancel();
            }

            return name == AdminLogin.TokenFile ? _folder["none"] : null;
        });

        await new DesiredFeed(errors, TimeProvider.System).RunAsync(new Admin.AdminClient(login.Over(_calls)), stop.Token);

        Assert.Contains($"what the admin API wants can't be heard: {AdminLogin.TokenFile} '{_folder["none"]}' can't be read", Assert.Single(errors.ToString().Trim().Split('\n')), StringComparison.Ordinal);
    }

    private string Write(string name, string text)
    {
        File.WriteAllText(_folder[name], text);
        return _folder[name];
    }

    private void Ask(string? file = null) => ClientOf(file).ListHosts(new ListHostsRequest());

    private Admin.AdminClient ClientOf(string? file) => new(new AdminLogin(file, _variables.GetValueOrDefault).Over(_calls));

    /// <summary>Answers nothing to everybody, and keeps what they showed.</summary>
    private sealed class Calls : CallInvoker
    {
        public List<string?> Shown { get; } = [];

        public override TResponse BlockingUnaryCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
        {
            Shown.Add(options.Headers?.GetValue("authorization"));
            return Activator.CreateInstance<TResponse>();
        }

        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
            throw new NotSupportedException();

        public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) => throw new NotSupportedException();

        public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options) => throw new NotSupportedException();

        public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options) => throw new NotSupportedException();
    }
}
