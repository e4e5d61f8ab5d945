using System.Globalization;
using ExpertCluster.Inference.Errors;
using ExpertCluster.Inference.Native;
using ExpertCluster.Inference.Stepping.Weights;
using ExpertCluster.Models.Import;
using ExpertCluster.Sessions;
using Microsoft.ML.OnnxRuntime;

namespace ExpertCluster.Inference.Stepping.Providers;

/// <summary>Opens a runner's session on the provider that its options name, with a profile if one is wanted.</summary>
internal static class RunnerSession
{
    /// <param name="graph">What to open.</param>
    /// <param name="options">Threads, provider and profile.</param>
    /// <param name="open">Opens a session with what else the graph needs, custom operators for example; on the CPU only.</param>
    /// <exception cref="OnnxRuntimeException">The graph cannot be loaded.</exception>
    /// <exception cref="ProviderUnavailableException">The provider cannot be used here.</exception>
    /// <exception cref="IOException">The weights' file cannot be read.</exception>
    public static OnnxSession Open(
        RunnerGraph graph,
        StepRunnerOptions options,
        Func<SessionOptions, Func<SessionOptions, OnnxSession>, OnnxSession>? open = null)
    {
        SystemMemory.ReturnLargeBlocks();
        using var settings = Settings(options);
        if (options.ProfileFolder is { } folder)
        {
            // The library adds date and time to the name.
            Directory.CreateDirectory(folder);
            settings.ProfileOutputPathPrefix = Path.Combine(folder, Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(graph.Path)))!);
            settings.EnableProfiling = true;
        }

        // A device has memory of its own, into which each session copies.
        return options.Provider == ExecutionProvider.Cpu
            ? OnTheCpu(graph, settings, open)
            : OnDevice(graph.Path, options.Provider, settings);
    }

    private static SessionOptions Settings(StepRunnerOptions options)
    {
        var settings = new SessionOptions
        {
            IntraOpNumThreads = options.Threads == 0 ? Environment.ProcessorCount : options.Threads,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
        };
        settings.AddSessionConfigEntry("session.intra_op.allow_spinning", options.SpinMicroseconds > 0 ? "1" : "0");
        settings.AddSessionConfigEntry("session.intra_op.spin_duration_us", options.SpinMicroseconds.ToString(CultureInfo.InvariantCulture));
        return settings;
    }

    private static OnnxSession OnTheCpu(
        RunnerGraph graph, SessionOptions settings, Func<SessionOptions, Func<SessionOptions, OnnxSession>, OnnxSession>? open)
    {
        var shared = graph.Weights is null ? null : new SessionWeights(graph.Weights, settings);
        try
        {
            var session = open is null ? Plain(settings) : open(settings, Plain);
            shared?.Settle();
            return session;
        }
        catch
        {
            shared?.Dispose();
            throw;
        }

        OnnxSession Plain(SessionOptions known)
        {
            if (graph.Read is not { } read)
            {
                return new(graph.Path, known, shared?.Packed, shared);
            }

            // The library looks whether the weights' file is there, though it opens none.
            known.AddSessionConfigEntry("session.model_external_initializers_file_folder_path", Path.GetDirectoryName(graph.Path));
            return new(read(), known, shared?.Packed, shared);
        }
    }

    private static OnnxSession OnDevice(string graphPath, ExecutionProvider provider, SessionOptions settings)
    {
        // A file that is missing is the file's fault, not the provider's.
        if (!File.Exists(graphPath))
        {
            return new OnnxSession(graphPath, settings);
        }

        ProviderAccess.Append(provider, settings);
        try
        {
            return new OnnxSession(graphPath, settings);
        }
        catch (OnnxRuntimeException failure)
        {
            throw ProviderAccess.Refused(failure);
        }
    }
}
