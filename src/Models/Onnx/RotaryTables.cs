namespace ExpertCluster.Models.Onnx;

/// <summary>cos and sin of position * theta^(-2i/d), [positions, d/2] each, computed in double precision.</summary>
internal static class RotaryTables
{
    public static (float[] Cos, float[] Sin) Build(int positions, int headDimension, double theta)
    {
        int half = headDimension / 2;
        float[] cos = new float[positions * half];
        float[] sin = new float[positions * half];
        for (int i = 0; i < half; i++)
        {
            double frequency = Math.Pow(theta, -2.0 * i / headDimension);
            for (int position = 0; position < positions; position++)
            {
                (double s, double c) = Math.SinCos(position * frequency);
                cos[(position * half) + i] = (float)c;
                sin[(position * half) + i] = (float)s;
            }
        }

        return (cos, sin);
    }
}
