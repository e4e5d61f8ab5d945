namespace ExpertCluster.Bench.Wire;

/// <param name="Rate">Calls or messages a second.</param>
/// <param name="Bytes">Allocated for each, by client and server together.</param>
/// <param name="Cpu">Microseconds of CPU time for each, of client and server together. Other work on the machine disturbs it least.</param>
internal readonly record struct WireRound(double Rate, double Bytes, double Cpu);

/// <summary>One kind of exchange, both ways.</summary>
internal sealed record WireComparison(
    string Name, string Unit, Spread Grpc, Spread Bare, Spread Ratio, double GrpcBytes, double BareBytes, double GrpcCpu, double BareCpu)
{
    public static WireComparison Of(string name, string unit, IReadOnlyList<(WireRound Grpc, WireRound Bare)> rounds) => new(
        name,
        unit,
        Spread.Of(rounds.Select(r => r.Grpc.Rate)),
        Spread.Of(rounds.Select(r => r.Bare.Rate)),
        Spread.Of(rounds.Select(r => r.Grpc.Rate / r.Bare.Rate)),
        Spread.Of(rounds.Select(r => r.Grpc.Bytes)).Median,
        Spread.Of(rounds.Select(r => r.Bare.Bytes)).Median,
        Spread.Of(rounds.Select(r => r.Grpc.Cpu)).Median,
        Spread.Of(rounds.Select(r => r.Bare.Cpu)).Median);
}
