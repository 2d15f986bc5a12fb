#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// The door to OpenBLAS: row-major, one thread; threads are the worker pool's business.
///
/// The library is opened on first use: a program that computes with the native kernels does not need it.
enum BLAS {
    /// C = A · B + beta · C, with A rows × depth, B depth × columns (transposed: columns × depth); `a`, `b`, `c`
    /// strides between rows.
    static func multiply(
        _ a: UnsafePointer<Float>, stride aStride: Int, _ b: UnsafePointer<Float>, stride bStride: Int,
        transposed: Bool = false,
        into c: UnsafeMutablePointer<Float>, stride cStride: Int, rows: Int, columns: Int, depth: Int,
        accumulating: Bool = false
    ) {
        guard let library else { preconditionFailure("call `multiply` only where `takes` allows it") }
        let m = Int32(rows), n = Int32(columns), k = Int32(depth), beta: Float = accumulating ? 1 : 0
        if rows == 1 {
            let (height, width) = transposed ? (n, k) : (k, n)
            library.gemv(
                rowMajor, transposed ? noTranspose : transpose, height, width, 1, b, Int32(bStride), a, 1, beta, c, 1)
        } else {
            library.gemm(
                rowMajor, noTranspose, transposed ? transpose : noTranspose, m, n, k, 1, a, Int32(aStride), b,
                Int32(bStride), beta, c, Int32(cStride))
        }
    }

    /// Whether the library is there, and sizes and strides fit its integers.
    static func takes(_ sizes: Int...) -> Bool {
        sizes.allSatisfy { $0 > 0 && $0 <= Int(Int32.max) } && isAvailable
    }

    static var isAvailable: Bool { library != nil }

    // CBLAS_LAYOUT and CBLAS_TRANSPOSE.
    private static let rowMajor: Int32 = 101, noTranspose: Int32 = 111, transpose: Int32 = 112

    private struct Library: Sendable {
        typealias Matrix = UnsafePointer<Float>
        typealias Result = UnsafeMutablePointer<Float>
        /// order, trans A, trans B, m, n, k, alpha, A, lda, B, ldb, beta, C, ldc.
        typealias Gemm =
            @convention(c) @Sendable (
                Int32, Int32, Int32, Int32, Int32, Int32, Float, Matrix, Int32, Matrix, Int32, Float, Result, Int32
            ) -> Void
        /// order, trans A, m, n, alpha, A, lda, x, incx, beta, y, incy.
        typealias Gemv =
            @convention(c) @Sendable (
                Int32, Int32, Int32, Int32, Float, Matrix, Int32, Matrix, Int32, Float, Result, Int32
            ) -> Void
        let gemm: Gemm
        let gemv: Gemv
    }

    /// Opened once. It starts threads of its own as soon as it is loaded, unless it is told before.
    private static let library: Library? = {
        setenv("OPENBLAS_NUM_THREADS", "1", 1)
        let names = ["libopenblas.so.0", "libopenblas.so", "libopenblas.dylib"]
        guard let handle = names.lazy.compactMap({ dlopen($0, RTLD_NOW) }).first,
            let gemm = dlsym(handle, "cblas_sgemm"), let gemv = dlsym(handle, "cblas_sgemv")
        else { return nil }
        return Library(
            gemm: unsafeBitCast(gemm, to: Library.Gemm.self), gemv: unsafeBitCast(gemv, to: Library.Gemv.self))
    }()
}
