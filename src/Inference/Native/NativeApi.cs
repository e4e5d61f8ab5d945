using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;
using Microsoft.ML.OnnxRuntime;

namespace ExpertCluster.Inference.Native;

/// <summary>
/// The part of the C API that the official C# binding does not show: what a custom operator needs. Reached through
/// the library that the binding has loaded already.
/// </summary>
internal static unsafe class NativeApi
{
    /// <summary>The oldest function table that serves; it came with ONNX Runtime 1.24.</summary>
    public const uint Version = 24;

    // OrtErrorCode.
    private const int Fail = 1;
    private const int InvalidArgument = 2;

    private static readonly Lock Loading = new();
    private static nint* _table;

    private static nint* Table => _table != null ? _table : Load();

    /// <summary>Throws on a status that is not null, and releases it.</summary>
    public static void Check(nint status)
    {
        if (status == 0)
        {
            return;
        }

        string message = Marshal.PtrToStringUTF8(((delegate* unmanaged<nint, nint>)Table[Entry.GetErrorMessage])(status))
            ?? "no message";
        ReleaseStatus(status);
        throw new KernelException(message);
    }

    public static void ReleaseStatus(nint status) => ((delegate* unmanaged<nint, void>)Table[Entry.ReleaseStatus])(status);

    /// <summary>An exception as a status that the library takes over. Never throws: it runs at the border.</summary>
    public static nint ToStatus(Exception exception)
    {
        int code = exception is ArgumentException ? InvalidArgument : Fail;
        try
        {
            byte* text = Utf8StringMarshaller.ConvertToUnmanaged(exception.Message);
            nint status = CreateStatus(code, text);
            Utf8StringMarshaller.Free(text);
            return status;
        }
        catch
        {
            // No memory for the text, or a message that itself throws: the failure must be told all the same.
            fixed (byte* text = "an operator failed, and its message could not be told\0"u8)
            {
                return CreateStatus(code, text);
            }
        }
    }

    public static nint CreateDomain(byte* name)
    {
        nint domain;
        Check(((delegate* unmanaged<byte*, nint*, nint>)Table[Entry.CreateCustomOpDomain])(name, &domain));
        return domain;
    }

    public static void AddToDomain(nint domain, void* operatorTable) =>
        Check(((delegate* unmanaged<nint, void*, nint>)Table[Entry.CustomOpDomainAdd])(domain, operatorTable));

    public static void AddDomain(nint sessionOptions, nint domain) =>
        Check(((delegate* unmanaged<nint, nint, nint>)Table[Entry.AddCustomOpDomain])(sessionOptions, domain));

    public static nint GetAttribute(nint info, byte* name, long* value) =>
        ((delegate* unmanaged<nint, byte*, long*, nint>)Table[Entry.KernelInfoGetAttributeInt64])(info, name, value);

    public static nint GetAttribute(nint info, byte* name, float* value) =>
        ((delegate* unmanaged<nint, byte*, float*, nint>)Table[Entry.KernelInfoGetAttributeFloat])(info, name, value);

    /// <summary>With no array, gives the length.</summary>
    public static nint GetAttribute(nint info, byte* name, long* values, nuint* length) =>
        ((delegate* unmanaged<nint, byte*, long*, nuint*, nint>)Table[Entry.KernelInfoGetAttributeArrayInt64])(
            info, name, values, length);

    public static nint GetInput(nint context, int index)
    {
        nint value;
        Check(((delegate* unmanaged<nint, nuint, nint*, nint>)Table[Entry.KernelContextGetInput])(context, (nuint)index, &value));
        return value;
    }

    public static nint GetOutput(nint context, int index, ReadOnlySpan<long> shape)
    {
        nint value;
        fixed (long* dimensions = shape)
        {
            Check(((delegate* unmanaged<nint, nuint, long*, nuint, nint*, nint>)Table[Entry.KernelContextGetOutput])(
                context, (nuint)index, dimensions, (nuint)shape.Length, &value));
        }

        return value;
    }

    public static void* GetData(nint value)
    {
        void* data;
        Check(((delegate* unmanaged<nint, void**, nint>)Table[Entry.GetTensorMutableData])(value, &data));
        return data;
    }

    /// <summary>The shape lies in the value and lives as long as it does.</summary>
    public static ReadOnlySpan<long> GetShape(nint value)
    {
        int elementType;
        long* shape;
        nuint rank;
        Check(((delegate* unmanaged<nint, int*, long**, nuint*, nint>)Table[Entry.GetTypeAndShapeReference])(
            value, &elementType, &shape, &rank));
        return new ReadOnlySpan<long>(shape, (int)rank);
    }

    public static void ParallelFor(nint context, delegate* unmanaged<void*, nuint, void> body, int count, void* state) =>
        Check(((delegate* unmanaged<nint, delegate* unmanaged<void*, nuint, void>, nuint, nuint, void*, nint>)
            Table[Entry.KernelContextParallelFor])(context, body, (nuint)count, 0, state));

    private static nint CreateStatus(int code, byte* text) =>
        ((delegate* unmanaged<int, byte*, nint>)Table[Entry.CreateStatus])(code, text);

    private static nint* Load()
    {
        lock (Loading)
        {
            if (_table != null)
            {
                return _table;
            }

            // The binding's own search finds and loads the library; ours then meets the loaded one by its name.
            _ = OrtEnv.Instance();
            nint library = FindLoaded();
            nint* apiBase = ((delegate* unmanaged<nint*>)NativeLibrary.GetExport(library, "OrtGetApiBase"))();
            nint* table = ((delegate* unmanaged<uint, nint*>)apiBase[0])(Version);
            _table = table != null
                ? table
                : throw new NotSupportedException($"The native ONNX Runtime library lacks C API {Version}: use 1.{Version} or later.");
            return _table;
        }
    }

    private static nint FindLoaded()
    {
        // dlopen and LoadLibrary compare a bare name with the names of what is loaded before they search any folder.
        string[] names = ["libonnxruntime.so.1", "libonnxruntime.so", "libonnxruntime.1.dylib", "onnxruntime.dll"];
        foreach (string name in names)
        {
            if (NativeLibrary.TryLoad(name, out nint library))
            {
                return library;
            }
        }

        return NativeLibrary.TryLoad("onnxruntime", typeof(OrtEnv).Assembly, null, out nint beside)
            ? beside
            : throw new DllNotFoundException($"The loaded ONNX Runtime library goes by none of these names: {string.Join(", ", names)}.");
    }

    /// <summary>Places in the NativeApi table (onnxruntime_c_api.h), which only grows at its end.</summary>
    private static class Entry
    {
        public const int CreateStatus = 0;
        public const int GetErrorMessage = 2;
        public const int CreateCustomOpDomain = 26;
        public const int CustomOpDomainAdd = 27;
        public const int AddCustomOpDomain = 28;
        public const int GetTensorMutableData = 51;
        public const int KernelInfoGetAttributeFloat = 85;
        public const int KernelInfoGetAttributeInt64 = 86;
        public const int KernelContextGetInput = 90;
        public const int KernelContextGetOutput = 91;
        public const int ReleaseStatus = 93;
        public const int KernelInfoGetAttributeArrayInt64 = 163;
        public const int KernelContextParallelFor = 274;
        public const int GetTypeAndShapeReference = 414;
    }
}
