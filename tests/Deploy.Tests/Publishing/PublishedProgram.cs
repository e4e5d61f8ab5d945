using System.Diagnostics;
using System.Net;
using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Deploy.Tests.Publishing;

/// <summary>A published router or host, started as an image would, on a catalogue of nothing.</summary>
internal static class PublishedProgram
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly string[] Ports = ["HTTPPORT", "GRPCPORT", "SILOPORT", "GATEWAYPORT"];

    /// <summary>It comes up, joins the cluster, and ends in order when its input closes.</summary>
    public static async Task AssertServesAsync(PublishedFolder published, string program)
    {
        using var prepared = new TemporaryFolder();
        new PreparedCatalogue { Bases = [], Experts = [] }.Save(prepared.Path);
        int[] ports = FreePorts.Take(Ports.Length);
        var start = new ProcessStartInfo(Path.Combine(published.Path, program))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["EXPERTCLUSTER__PREPARED"] = prepared.Path;
        start.Environment["EXPERTCLUSTER__CLUSTERING__FILE"] = prepared["members.json"];
        start.Environment["EXPERTCLUSTER__STOPWITHINPUT"] = "true";
        for (int i = 0; i < Ports.Length; i++)
        {
            start.Environment[$"EXPERTCLUSTER__{Ports[i]}"] = $"{ports[i]}";
        }

        using var process = Process.Start(start)!;
        try
        {
            using var patience = new CancellationTokenSource(Patience);
            var output = process.StandardOutput.ReadToEndAsync(patience.Token);
            var errors = process.StandardError.ReadToEndAsync(patience.Token);
            await JoinsAsync(process, ports[0], patience.Token);
            process.StandardInput.Close();
            await process.WaitForExitAsync(patience.Token);
            Assert.True(process.ExitCode == 0, $"{program} ended with {process.ExitCode}: {await errors}\n{await output}");
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    /// <summary>
    /// Until it is a member of its cluster, which readiness tells. Ends at once where the process does, too: its exit code is looked at
    /// next.
    /// </summary>
    private static async Task JoinsAsync(Process process, int port, CancellationToken cancellationToken)
    {
        using var client = new HttpClient();
        using var often = new PeriodicTimer(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        while (!process.HasExited && await often.WaitForNextTickAsync(cancellationToken))
        {
            try
            {
                using var answer = await client.GetAsync(new Uri($"http://127.0.0.1:{port}/health/ready"), cancellationToken);
                if (!(await answer.Content.ReadAsStringAsync(cancellationToken)).Contains("joining", StringComparison.Ordinal))
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // Not there yet.
            }
        }
    }
}
