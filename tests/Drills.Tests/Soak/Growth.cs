using System.Globalization;
using ExpertCluster.Drills.Support;

namespace ExpertCluster.Drills.Soak;

/// <summary>Memory, handles and threads of processes that live all the while, looked at every second.</summary>
internal sealed class Growth : IAsyncDisposable
{
    private readonly IReadOnlyList<Node> _nodes;
    private readonly List<(TimeSpan At, Figures[] Of)> _looks = [];
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly Task _looking;

    public Growth(IReadOnlyList<Node> nodes)
    {
        _nodes = nodes;
        _looking = LookAsync();
    }

    /// <summary>What grew too much between the end of the warm-up and the end; nothing where all is well.</summary>
    /// <param name="warm">Share of the time after which caches are full and code is compiled.</param>
    /// <param name="allowed">Of the memory, and MiB beside it.</param>
    public async Task<IReadOnlyList<string>> WrongAsync(double warm, (double Share, double Mebibytes) allowed)
    {
        const int Handles = 48;
        const int Threads = 24;
        await DisposeAsync();
        var end = _looks[^1].At;
        List<string> wrong = [];
        for (int i = 0; i < _nodes.Count; i++)
        {
            var before = Middle(i, end * warm, end * (warm + 0.15));
            var after = Middle(i, end * 0.85, end);
            string told = $"{_nodes[i].Name}: {before}, then {after}";
            TestContext.Current.TestOutputHelper!.WriteLine(told);
            if (after.Mebibytes > (before.Mebibytes * (1 + allowed.Share)) + allowed.Mebibytes || after.Handles > before.Handles + Handles || after.Threads > before.Threads + Threads)
            {
                wrong.Add(told);
            }
        }

        return wrong;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_stop.IsCancellationRequested)
        {
            await _stop.CancelAsync();
        }

        await _looking;
    }

    private async Task LookAsync()
    {
        long start = TimeProvider.System.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        try
        {
            do
            {
                _looks.Add((TimeProvider.System.GetElapsedTime(start), [.. _nodes.Select(n => Figures.Of(n.ProcessId))]));
            }
            while (await timer.WaitForNextTickAsync(_stop.Token));
        }
        catch (OperationCanceledException)
        {
            // The soak is over.
        }
    }

    /// <summary>The median, figure by figure: a collection that is due makes no difference.</summary>
    private Figures Middle(int node, TimeSpan from, TimeSpan to)
    {
        Figures[] looks = [.. _looks.Where(l => l.At >= from && l.At <= to).DefaultIfEmpty(_looks[^1]).Select(l => l.Of[node])];
        return new Figures(Median(looks.Select(l => l.Mebibytes)), (int)Median(looks.Select(l => (double)l.Handles)), (int)Median(looks.Select(l => (double)l.Threads)));
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }

    private sealed record Figures(double Mebibytes, int Handles, int Threads)
    {
        public static Figures Of(int process)
        {
            string folder = string.Create(CultureInfo.InvariantCulture, $"/proc/{process}");
            string[] status = File.ReadAllLines(folder + "/status");
            return new Figures(Read(status, "VmRSS:") / 1024.0, Directory.GetFileSystemEntries(folder + "/fd").Length, Read(status, "Threads:"));
        }

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Mebibytes:0} MiB, {Handles} handles, {Threads} threads");

        private static int Read(string[] status, string name) =>
            int.Parse(status.First(l => l.StartsWith(name, StringComparison.Ordinal))[name.Length..].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture);
    }
}
