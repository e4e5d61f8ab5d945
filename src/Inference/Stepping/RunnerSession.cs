using Microsoft.ML.OnnxRuntime;

namespace ExpertCluster.Inference.Stepping;

/// <summary>Session options that both runners share.</summary>
internal static class RunnerSession
{
    public static SessionOptions Options(StepRunnerOptions options)
    {
        var session = new SessionOptions
        {
            IntraOpNumThreads = options.Threads == 0 ? Environment.ProcessorCount : options.Threads,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
        };
        session.AddSessionConfigEntry("session.intra_op.allow_spinning", options.Spinning ? "1" : "0");
        return session;
    }
}
