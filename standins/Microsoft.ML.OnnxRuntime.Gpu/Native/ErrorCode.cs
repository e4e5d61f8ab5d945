namespace Microsoft.ML.OnnxRuntime.Native;

/// <summary>OrtErrorCode of the C API; its name stands in front of an <see cref="OnnxRuntimeException"/>'s message.</summary>
internal enum ErrorCode
{
    Ok = 0,
    Fail = 1,
    InvalidArgument = 2,
    NoSuchFile = 3,
    NoModel = 4,
    EngineError = 5,
    RuntimeException = 6,
    InvalidProtobuf = 7,
    ModelLoaded = 8,
    NotImplemented = 9,
    InvalidGraph = 10,
    ShapeInferenceNotRegistered = 11,
    RequirementNotRegistered = 12,
    ModelLoadCanceled = 13,
    ModelRequiresCompilation = 14,
    NotFound = 15,
}
