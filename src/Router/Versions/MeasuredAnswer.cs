using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using ExpertCluster.Contracts.Answers;
using ExpertCluster.Contracts.Backends;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Contracts.Routing;

namespace ExpertCluster.Router.Versions;

/// <summary>An answer whose end, however it comes, is told to the versions that gave it.</summary>
internal sealed class MeasuredAnswer : IAnswerStream
{
    private readonly IAnswerStream _answer;
    private readonly VersionStopwatch _watch;
    private readonly TaskCompletionSource<byte[]?> _text = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IncrementalHash? _hash;
    private int _tokens;

    public MeasuredAnswer(IAnswerStream answer, VersionStopwatch watch)
    {
        (_answer, _watch) = (answer, watch);
        _tokens = answer.Current.Tokens.Count;
        watch.First();
    }

    public IReadOnlyList<VersionCounts> Versions => _watch.Versions;

    /// <inheritdoc/>
    public CompletionChunk Current => _answer.Current;

    /// <inheritdoc/>
    public string Host => _answer.Host;

    /// <inheritdoc/>
    public int Resumes => _answer.Resumes;

    /// <inheritdoc/>
    public Plan Told(Plan plan) => _answer.Told(plan);

    /// <summary>Before the first move: the digest of the whole text, or null where the answer does not come to its end.</summary>
    public Task<byte[]?> FollowText()
    {
        if (_hash is null)
        {
            _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            Append();
        }

        return _text.Task;
    }

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> MoveNextAsync(CancellationToken cancellation)
    {
        try
        {
            if (await _answer.MoveNextAsync(cancellation))
            {
                _tokens += _answer.Current.Tokens.Count;
                Append();
                return true;
            }
        }
        catch (Exception error) when (error is RequestFailedException or OperationCanceledException)
        {
            _watch.Fail(error, _tokens);
            throw;
        }

        _watch.Complete(_tokens);
        _text.TrySetResult(_hash?.GetHashAndReset());
        return false;
    }

    public void Dispose()
    {
        _watch.Cancel(_tokens);
        _text.TrySetResult(null);
        _hash?.Dispose();
        _hash = null;
        _answer.Dispose();
    }

    private void Append() => _hash?.AppendData(Encoding.UTF8.GetBytes(_answer.Current.Text));
}
