using ExpertCluster.Simulation.Options;

namespace ExpertCluster.Simulation.Traffic;

/// <summary>Requests to come: Poisson arrivals, Zipf popularity whose ranks shift, exponential lengths. The same for every strategy of a seed.</summary>
internal sealed class RequestSource
{
    private readonly SimulationOptions _options;
    private readonly Random _random;
    private readonly Random _shifts;
    private readonly Zipf _zipf;
    private readonly int[] _expertOfRank;
    private double _nextShift;
    private double _at;

    public RequestSource(SimulationOptions options)
    {
        _options = options;
        _random = new Random(options.Seed);
        _shifts = new Random(options.Seed + 1);
        _zipf = new Zipf(options.Experts, options.ZipfExponent);
        _expertOfRank = [.. Enumerable.Range(0, options.Experts)];
        _shifts.Shuffle(_expertOfRank);
        _nextShift = options.ShiftMinutes > 0 ? options.ShiftMinutes * 60 : double.PositiveInfinity;
    }

    public Arrival Next()
    {
        _at -= Math.Log(1 - _random.NextDouble()) / _options.RequestsPerSecond;
        while (_at >= _nextShift)
        {
            _nextShift += _options.ShiftMinutes * 60;
            Shift();
        }

        return new Arrival(_at, _expertOfRank[_zipf.Draw(_random)], Length(_options.PromptTokens), Length(_options.AnswerTokens), (ulong)_random.NextInt64());
    }

    private double Length(double mean) => Math.Clamp(Math.Ceiling(-Math.Log(1 - _random.NextDouble()) * mean), 1, Math.Max(1, mean * 8));

    private void Shift()
    {
        // Of every two that change ranks, the one is as likely a popular one as the other.
        for (int i = (int)(_expertOfRank.Length * _options.ShiftShare / 2); i > 0; i--)
        {
            int one = _shifts.Next(_expertOfRank.Length);
            int other = _shifts.Next(_expertOfRank.Length);
            (_expertOfRank[one], _expertOfRank[other]) = (_expertOfRank[other], _expertOfRank[one]);
        }
    }
}

/// <summary>A request as it comes.</summary>
/// <param name="At">Seconds from the start.</param>
/// <param name="Expert">Its number.</param>
/// <param name="Prompt">Tokens.</param>
/// <param name="Answer">Tokens.</param>
/// <param name="PromptKey">What its text begins with, hashed.</param>
internal readonly record struct Arrival(double At, int Expert, double Prompt, double Answer, ulong PromptKey);
