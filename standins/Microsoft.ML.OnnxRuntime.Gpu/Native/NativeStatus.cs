namespace Microsoft.ML.OnnxRuntime.Native;

/// <summary>The one place where a native status becomes an exception.</summary>
internal static class NativeStatus
{
    /// <summary>Returns on success (a null status); else releases the status and throws.</summary>
    public static void Check(nint status)
    {
        if (status != 0)
        {
            Throw(status);
        }
    }

    private static void Throw(nint status)
    {
        var code = (ErrorCode)NativeMethods.GetErrorCode(status);
        string message = NativeMethods.GetErrorMessage(status);
        NativeMethods.Release(ApiEntry.ReleaseStatus, status);
        throw new OnnxRuntimeException(code, message);
    }
}
