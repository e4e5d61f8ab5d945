namespace ExpertCluster.Cli.Evaluation.Cascades;

/// <summary>
/// The logistic curve from what is seen of a draft to the probability that it is wrong (Platt, 1999), by Newton's method, with a little decay, so that it is finite where what is seen tells
/// right from wrong without a miss.
/// </summary>
internal readonly record struct LogisticFit(double Intercept, double Slope)
{
    private const double Decay = 0.01;
    private const int Rounds = 50;

    public static LogisticFit Of(IReadOnlyList<(double Seen, bool IsWrong)> samples)
    {
        double a = 0;
        double b = 0;
        for (int round = 0; round < Rounds; round++)
        {
            double ga = -Decay * a, gb = -Decay * b, haa = Decay, hab = 0, hbb = Decay;
            foreach (var (seen, wrong) in samples)
            {
                double p = Curve(a, b, seen);
                double off = (wrong ? 1 : 0) - p;
                double w = p * (1 - p);
                (ga, gb) = (ga + off, gb + (off * seen));
                (haa, hab, hbb) = (haa + w, hab + (w * seen), hbb + (w * seen * seen));
            }

            double det = (haa * hbb) - (hab * hab);
            (a, b) = (a + (((hbb * ga) - (hab * gb)) / det), b + (((haa * gb) - (hab * ga)) / det));
        }

        return new LogisticFit(a, b);
    }

    public double At(double seen) => Curve(Intercept, Slope, seen);

    private static double Curve(double a, double b, double seen) => 1 / (1 + Math.Exp(-(a + (b * seen))));
}
