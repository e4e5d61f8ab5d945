using System.Runtime.InteropServices.Marshalling;

namespace ExpertCluster.Inference.Native;

/// <summary>A node's attributes.</summary>
internal readonly unsafe struct KernelInfo(nint info)
{
    /// <summary>An integer from <paramref name="least"/> on.</summary>
    public int GetInt(string name, int least = 1)
    {
        byte* text = Utf8StringMarshaller.ConvertToUnmanaged(name);
        try
        {
            long value;
            Check(name, NativeApi.GetAttribute(info, text, &value));
            return value >= least && value <= int.MaxValue
                ? (int)value
                : throw new ArgumentException($"Attribute '{name}' is {value}; it must be between {least} and {int.MaxValue}.");
        }
        finally
        {
            Utf8StringMarshaller.Free(text);
        }
    }

    public float GetFloat(string name)
    {
        byte* text = Utf8StringMarshaller.ConvertToUnmanaged(name);
        try
        {
            float value;
            Check(name, NativeApi.GetAttribute(info, text, &value));
            return float.IsFinite(value) ? value : throw new ArgumentException($"Attribute '{name}' is not a finite number.");
        }
        finally
        {
            Utf8StringMarshaller.Free(text);
        }
    }

    public int[] GetInts(string name)
    {
        byte* text = Utf8StringMarshaller.ConvertToUnmanaged(name);
        try
        {
            nuint length;
            Check(name, NativeApi.GetAttribute(info, text, null, &length));
            long[] values = new long[length];
            fixed (long* v = values)
            {
                Check(name, NativeApi.GetAttribute(info, text, v, &length));
            }

            return Array.ConvertAll(values, v => v is > 0 and <= int.MaxValue
                ? (int)v
                : throw new ArgumentException($"Attribute '{name}' holds {v}; each entry must be between 1 and {int.MaxValue}."));
        }
        finally
        {
            Utf8StringMarshaller.Free(text);
        }
    }

    private static void Check(string name, nint status)
    {
        try
        {
            NativeApi.Check(status);
        }
        catch (KernelException failure)
        {
            throw new ArgumentException($"Attribute '{name}' is missing or of another type: {failure.Message}", failure);
        }
    }
}
