namespace ExpertCluster.Models.Architecture.Rope;

/// <summary>cos and sin of position * frequency, [positions, rotated / 2] each, computed in double precision.</summary>
internal static class RotaryTables
{
    public static (float[] Cos, float[] Sin) Build(RotaryEmbedding rotary, int positions)
    {
        int half = rotary.Frequencies.Count;
        float[] cos = new float[positions * half];
        float[] sin = new float[positions * half];
        for (int i = 0; i < half; i++)
        {
            for (int position = 0; position < positions; position++)
            {
                (double s, double c) = Math.SinCos(position * rotary.Frequencies[i]);
                cos[(position * half) + i] = (float)(c * rotary.Scale);
                sin[(position * half) + i] = (float)(s * rotary.Scale);
            }
        }

        return (cos, sin);
    }
}
