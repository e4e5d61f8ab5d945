using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using ExpertCluster.Node.Transport;
using ExpertCluster.TestSupport;
using ExpertCluster.V1;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;

namespace ExpertCluster.SystemTests.Support;

/// <summary>A cluster as a user starts it: `up` in a process of its own, router and hosts in others.</summary>
public sealed partial class TestCluster : IAsyncDisposable
{
    private const int SigTerm = 15;
    private const int SigKill = 9;
    private const int SigStop = 19;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);

    private readonly Process _process;
    private readonly GrpcChannel _channel;

    private TestCluster(Process process, ConcurrentQueue<string> lines, Task<string> errors, string readyLine, Uri http, Uri grpc)
    {
        _process = process;
        ErrorLines = lines;
        Errors = errors;
        ReadyLine = readyLine;
        Http = new HttpClient { BaseAddress = http, Timeout = Patience };
        GrpcAddress = grpc;
        _channel = GrpcChannel.ForAddress(grpc);
        Client = new Completions.CompletionsClient(_channel.Intercept(new CallEnds(TimeProvider.System)));
    }

    public string ReadyLine { get; }

    /// <summary>What `up` wrote on standard error until now, line by line.</summary>
    public IReadOnlyCollection<string> ErrorLines { get; }

    /// <summary>What `up` wrote on standard error, once it has ended.</summary>
    public Task<string> Errors { get; }

    public HttpClient Http { get; }

    public Uri GrpcAddress { get; }

    public Completions.CompletionsClient Client { get; }

    /// <summary>One of the programs, of the same build configuration as this test; all lie beside the command line's.</summary>
    public static string ProgramPath(string name) =>
        RepositoryRoot.Combine("artifacts", "bin", "Cli", new DirectoryInfo(AppContext.BaseDirectory).Name, $"ExpertCluster.{name}.dll");

    public static Task<TestCluster> StartAsync(params string[] options) => StartAsync(new Dictionary<string, string>(), options);

    /// <param name="settings">Of every process, as in EXPERTCLUSTER__NAME.</param>
    /// <param name="options">Of `up`.</param>
    public static Task<TestCluster> StartAsync(IReadOnlyDictionary<string, string> settings, params string[] options) =>
        StartInAsync(settings.ToDictionary(s => NodeProcess.Prefix + s.Key, s => s.Value), options);

    /// <param name="environment">Of every process, by the variables' whole names.</param>
    /// <param name="options">Of `up`.</param>
    public static async Task<TestCluster> StartInAsync(IReadOnlyDictionary<string, string> environment, params string[] options)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", ProgramPath("Cli"), "up", "--http", "0", "--grpc", "0", .. options])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start)!;
        var lines = new ConcurrentQueue<string>();
        var errors = ReadAsync(process.StandardError, lines);
        using var patience = new CancellationTokenSource(Patience);
        string? line = await process.StandardOutput.ReadLineAsync(patience.Token);
        if (line is null || ReadyPattern().Match(line) is not { Success: true } match)
        {
            process.Kill(entireProcessTree: true);
            throw new InvalidOperationException($"the cluster did not start: {line}\n{await errors}");
        }

        return new TestCluster(process, lines, errors, line, new Uri(match.Groups[1].Value), new Uri(match.Groups[2].Value));
    }

    /// <summary>The hosts that run, by name.</summary>
    public IReadOnlyDictionary<string, NodeProcess> Hosts() =>
        NodeProcess.ChildrenOf(_process.Id).Where(p => p.Name.StartsWith("host-", StringComparison.Ordinal)).ToDictionary(p => p.Name);

    /// <summary>All that runs, the router too.</summary>
    public IReadOnlyList<NodeProcess> Nodes() => NodeProcess.ChildrenOf(_process.Id);

    public NodeProcess Router() => NodeProcess.ChildrenOf(_process.Id).Single(p => p.Name == "router");

    public static void Kill(NodeProcess node) => Signal(node.Id, SigKill);

    public static void Terminate(int process) => Signal(process, SigTerm);

    public static void Freeze(NodeProcess node) => Signal(node.Id, SigStop);

    /// <summary>SIGTERM to `up`; its exit code, and what it wrote on standard output after the first line.</summary>
    public async Task<(int ExitCode, string More)> TerminateAsync()
    {
        Signal(_process.Id, SigTerm);
        string rest = await _process.StandardOutput.ReadToEndAsync();
        using var patience = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(patience.Token);
        return (_process.ExitCode, rest);
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        Http.Dispose();
        if (!_process.HasExited)
        {
            await TerminateAsync();
        }

        _process.Dispose();
    }

    private static async Task<string> ReadAsync(StreamReader reader, ConcurrentQueue<string> lines)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            lines.Enqueue(line);
        }

        return string.Concat(lines.Select(line => line + "\n"));
    }

    private static void Signal(int process, int signal) => Assert.Equal(0, Kill(process, signal));

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int process, int signal);

    [GeneratedRegex(@"^ready http=(https?://127\.0\.0\.1:\d+) grpc=(https?://127\.0\.0\.1:\d+)$")]
    private static partial Regex ReadyPattern();
}
