using System.CommandLine;
using ExpertCluster.CommandLine;

namespace ExpertCluster.Bench.Peers;

/// <summary>`peers --export DIR`, then `peers --peer URL --model DIR/random`.</summary>
internal static class PeerCommand
{
    public static Command Create(Option<bool> quick, Option<string?> filter)
    {
        Option<string?> export = new("--export") { Description = "Only write the models for both sides into this folder: DIR/demo, DIR/random" };
        Option<string?> peer = new("--peer") { Description = "Where the peer serves OpenAI's completions API: http://HOST:PORT" };
        Option<string?> model = new("--model") { Description = "A folder that --export wrote; the peer must serve its model.gguf" };
        Option<string?> precision = new("--precision") { Description = "Our weights; the peer's must be stored alike. Default f32" };
        precision.AcceptOnlyFromAmong("f32", "q8", "q4");
        Option<int?> process = new("--peer-process") { Description = "The peer's process id, to count its processor time" };
        NumberOption.Range(process, 1, int.MaxValue);
        Command command = new("peers", "Our whole stack against a peer's server, over OpenAI's HTTP API.") { export, peer, model, precision, process };
        command.SetAction((parsed, cancellation) =>
        {
            if (parsed.GetValue(export) is { } directory)
            {
                return Task.FromResult(PeerExport.Run(directory));
            }

            if (!Uri.TryCreate(parsed.GetValue(peer), UriKind.Absolute, out var address) || parsed.GetValue(model) is not { } folder)
            {
                Console.Error.WriteLine("peers needs --export DIR, or --peer URL and --model DIR");
                return Task.FromResult(2);
            }

            var options = new PeerOptions
            {
                Peer = address,
                Model = folder,
                Quantization = PeerOptions.Parse(parsed.GetValue(precision)),
                PeerProcess = parsed.GetValue(process),
                Filter = parsed.GetValue(filter),
            };
            return PeerRun.RunAsync(parsed.GetValue(quick) ? options with { Rounds = 3 } : options, cancellation);
        });
        return command;
    }
}
