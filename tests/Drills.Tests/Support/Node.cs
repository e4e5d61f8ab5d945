using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Drills.Support;

/// <summary>A router or a host on a machine: one process after the other, with the same settings.</summary>
internal sealed class Node : IAsyncDisposable
{
    public const int HttpPort = 8080;
    public const int GrpcPort = 50051;

    /// <summary>A host that dies of a word (tests/MortalHost).</summary>
    public const string MortalHost = "MortalHost";

    /// <summary>How long a question may go without an answer before it counts as none.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly string _program;
    private readonly Dictionary<string, string> _settings;
    private readonly HttpClient _http = new() { Timeout = Timeout.InfiniteTimeSpan };
    private readonly ConcurrentQueue<string> _lines = new();
    private RunningProgram _process;

    /// <param name="machine">Where it runs.</param>
    /// <param name="program">"Router", "ExpertHost" or <see cref="MortalHost"/>.</param>
    /// <param name="settings">As in EXPERTCLUSTER__NAME.</param>
    /// <param name="environment">Further variables, by their whole names.</param>
    public Node(Machine machine, string program, IReadOnlyDictionary<string, string> settings, IReadOnlyDictionary<string, string>? environment = null)
    {
        Machine = machine;
        _program = program;
        _settings = settings.Append(new("ADVERTISEDADDRESS", machine.Address)).Append(new("BINDADDRESS", machine.Address))
            .Select(s => new KeyValuePair<string, string>("EXPERTCLUSTER__" + s.Key, s.Value)).Concat(environment ?? new Dictionary<string, string>())
            .ToDictionary();
        Name = settings["NAME"];
        _process = Start();
    }

    public Machine Machine { get; }

    public string Name { get; }

    /// <summary>Of the process that runs now, or ran last.</summary>
    public int ProcessId => _process.Id;

    public int ExitCode => _process.ExitCode;

    public bool HasExited => _process.HasExited;

    /// <summary>All that it wrote, errors too.</summary>
    public string Output => string.Join('\n', _lines);

    /// <summary>The end of what it wrote.</summary>
    public string LastLines => string.Join('\n', _lines.TakeLast(20));

    public void Signal(int signal) => _process.Signal(signal);

    /// <summary>As a machine that loses its power; it has ended when this returns.</summary>
    public async Task KillAsync()
    {
        Signal(Posix.Kill);
        await ExitedAsync();
    }

    public void Restart()
    {
        Assert.True(_process.HasExited);
        _process = Start();
    }

    /// <summary>Ends it by a signal, and starts it with another setting.</summary>
    public async Task ReplaceAsync(string setting, string value, int signal = Posix.Kill)
    {
        Signal(signal);
        await ExitedAsync();
        _settings["EXPERTCLUSTER__" + setting] = value;
        Restart();
    }

    public Task ExitedAsync() => Waiting.ForAsync(() => $"{Name} ends; it wrote last:\n{LastLines}", _process.ExitedAsync);

    /// <summary>Status and text of a path of its HTTP port; null where nothing answers.</summary>
    public async Task<(int Status, string Text)?> GetAsync(string path)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            using var answer = await _http.GetAsync(Address(path), patience.Token);
            return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(patience.Token));
        }
        catch (HttpRequestException)
        {
            return null;
        }
        catch (TaskCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>The sum over a metric's series; NaN where it doesn't answer.</summary>
    public async Task<double> FigureAsync(string metric) => await GetAsync("/metrics") is { Status: 200, Text: var text }
        ? text.Split('\n').Where(line => line.StartsWith(metric, StringComparison.Ordinal) && line[metric.Length] is '{' or ' ')
            .Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture))
        : double.NaN;

    /// <summary>A change may wait for as long as it says it will: only the test's own time limit ends it.</summary>
    public async Task<HttpResponseMessage> PostAsync(string path, string json)
    {
        using var body = new StringContent(json, new System.Net.Http.Headers.MediaTypeHeaderValue("application/json"));
        return await _http.PostAsync(Address(path), body, TestContext.Current.CancellationToken);
    }

    public async Task ReadyAsync() => await UntilAsync(async () =>
    {
        Assert.False(HasExited, $"{Name} ended: {Output}");
        return await GetAsync("/health/ready") is { Status: 200 };
    });

    /// <summary>Asks until it holds; the test's own time limit is the bound.</summary>
    /// <param name="holds">Asked 20 times a second.</param>
    /// <param name="what">Shown where the limit passes first.</param>
    public static async Task UntilAsync(Func<Task<bool>> holds, [CallerArgumentExpression(nameof(holds))] string what = "")
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        await Waiting.ForAsync(() => what, async cancellation =>
        {
            while (!await holds())
            {
                await timer.WaitForNextTickAsync(cancellation);
            }
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _http.Dispose();
    }

    private Uri Address(string path) => new(string.Create(CultureInfo.InvariantCulture, $"http://{Machine.Address}:{HttpPort}{path}"));

    private RunningProgram Start() => new(Machine, [_program], _settings, _lines);

    /// <summary>Of the same build configuration as this test; all programs of the product lie beside the command line's.</summary>
    public static string ProgramPath(string name) => RepositoryRoot.Combine(
        "artifacts", "bin", name == MortalHost ? name : "Cli", new DirectoryInfo(AppContext.BaseDirectory).Name, $"ExpertCluster.{name}.dll");
}
