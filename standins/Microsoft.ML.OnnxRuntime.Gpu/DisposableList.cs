namespace Microsoft.ML.OnnxRuntime;

internal static class DisposableList
{
    /// <summary>Takes over native values; null ones are outputs that the library left out.</summary>
    public static DisposableList<OrtValue> Of(ReadOnlySpan<nint> values)
    {
        var list = new DisposableList<OrtValue>(values.Length);
        foreach (nint value in values)
        {
            list.Add(new OrtValue(value));
        }

        return list;
    }
}

internal sealed class DisposableList<T>(int capacity) : List<T>(capacity), IDisposableReadOnlyCollection<T>
    where T : IDisposable
{
    public void Dispose()
    {
        foreach (T item in this)
        {
            item.Dispose();
        }

        Clear();
    }
}
