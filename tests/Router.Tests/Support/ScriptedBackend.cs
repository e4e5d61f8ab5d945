using ExpertCluster.Contracts.Answers;
using ExpertCluster.Contracts.Backends;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Contracts.Routing;

namespace ExpertCluster.Router.Tests.Support;

/// <summary>A backend that answers, resumes and fails as a test says.</summary>
internal sealed class ScriptedBackend : IBackend
{
    public string Name => "scripted";

    public List<BackendCall> Calls { get; } = [];

    public IReadOnlyList<CompletionChunk> Answer { get; set; } = [new() { Text = "a", Finish = FinishReason.Stop }];

    /// <summary>The answer to a call, where it depends on the call.</summary>
    public Func<BackendCall, IReadOnlyList<CompletionChunk>>? AnswerTo { get; set; }

    /// <summary>Waited for before each move, where there is one.</summary>
    public Func<BackendCall, Task>? BeforeMove { get; set; }

    public int ResumesAt { get; set; } = int.MaxValue;

    public (int At, Failure Failure) FailsAt { get; set; } = (int.MaxValue, new(FailureKind.Internal, ""));

    public bool ServesPlans { get; set; } = true;

    public TaskCompletionSource? Opening { get; set; }

    /// <summary>Asked with every call; what it gives is thrown.</summary>
    public Func<BackendCall, RequestFailedException?> Refuse { get; set; } = _ => null;

    public bool IsDisposed { get; private set; }

    public bool Serves(Plan plan) => ServesPlans;

    public async Task<IAnswerStream> OpenAsync(BackendCall call, CancellationToken cancellation)
    {
        lock (Calls)
        {
            Calls.Add(call);
        }

        if (Opening is { } opening)
        {
            await opening.Task.WaitAsync(cancellation);
        }

        return Refuse(call) is { } refusal ? throw refusal : new Stream(this, call);
    }

    private sealed class Stream(ScriptedBackend backend, BackendCall call) : IAnswerStream
    {
        private readonly IReadOnlyList<CompletionChunk> _answer = backend.AnswerTo?.Invoke(call) ?? backend.Answer;
        private int _at;

        public CompletionChunk Current => _answer[_at];

        public string Host => $"host-{Resumes}";

        public int Resumes => _at >= backend.ResumesAt ? 1 : 0;

        public async ValueTask<bool> MoveNextAsync(CancellationToken cancellation)
        {
            if (backend.BeforeMove is { } before)
            {
                await before(call).WaitAsync(cancellation);
            }

            return ++_at == backend.FailsAt.At ? throw new RequestFailedException(backend.FailsAt.Failure) : _at < _answer.Count;
        }

        public void Dispose() => backend.IsDisposed = true;
    }
}
