using System.Threading.Channels;
using ExpertCluster.Inference.Stepping;
using ExpertCluster.Models.Adapters;

namespace ExpertCluster.Inference.Adapters;

/// <summary>
/// Brings contents to their places beside the steps that run: from host memory where they are there, else from where they
/// came from, checked against their digest. A step never reads a place that is being written, since nothing uses it yet.
/// </summary>
internal sealed class AdapterLoader
{
    /// <summary>One that reads a file must not hold up another whose weights are there.</summary>
    private const int Workers = 2;

    private readonly IStepRunner _runner;
    private readonly HostTier _host;
    private readonly Action<AdapterContent, Exception?> _ended;
    private readonly Channel<AdapterContent> _queue;
    private readonly Task _work;

    /// <param name="runner">Whose places are filled.</param>
    /// <param name="host">Where weights are kept that came from disk.</param>
    /// <param name="ended">Hears of each content when its load ended, and why when it failed.</param>
    public AdapterLoader(IStepRunner runner, HostTier host, Action<AdapterContent, Exception?> ended)
    {
        (_runner, _host, _ended) = (runner, host, ended);

        // Each content that waits has a place, so there are never more than places.
        _queue = Channel.CreateBounded<AdapterContent>(Math.Max(1, runner.AdapterCapacity));
        _work = Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => Task.Run(WorkAsync)));
    }

    /// <summary>Total of contents read from where they came from, after their registration.</summary>
    public long SourceReads => Interlocked.Read(ref _sourceReads);

    private long _sourceReads;

    public void Start(AdapterContent content)
    {
        if (!_queue.Writer.TryWrite(content))
        {
            _ended(content, new InvalidOperationException("the engine has stopped"));
        }
    }

    /// <summary>Takes nothing new; ends when nothing is written to the runner any more.</summary>
    public Task StopAsync()
    {
        _queue.Writer.TryComplete();
        return _work;
    }

    private async Task WorkAsync()
    {
        await foreach (var content in _queue.Reader.ReadAllAsync())
        {
            try
            {
                _runner.LoadAdapter(content.Index, content.AtHand ?? _host.Find(content.Digest) ?? Read(content));
                _ended(content, null);
            }
            catch (Exception error)
            {
                _ended(content, error);
            }
        }
    }

    private AdapterWeights Read(AdapterContent content)
    {
        var weights = content.Source();
        if (weights.Digest != content.Digest)
        {
            throw new InvalidDataException("its content is not what was registered; register it anew");
        }

        Interlocked.Increment(ref _sourceReads);
        _host.Add(weights);
        return weights;
    }
}
