import COpenBLAS

/// The door to OpenBLAS: row-major, one thread; threads are the worker pool's business.
enum BLAS {
    /// C = A · B + beta · C, with A rows × depth, B depth × columns (transposed: columns × depth); `a`, `b`, `c` strides between rows.
    static func multiply(
        _ a: UnsafePointer<Float>, stride aStride: Int, _ b: UnsafePointer<Float>, stride bStride: Int, transposed: Bool = false,
        into c: UnsafeMutablePointer<Float>, stride cStride: Int, rows: Int, columns: Int, depth: Int, accumulating: Bool = false
    ) {
        let m = blasint(rows), n = blasint(columns), k = blasint(depth), beta: Float = accumulating ? 1 : 0
        if rows == 1 {
            let order = transposed ? CblasNoTrans : CblasTrans
            let (height, width) = transposed ? (n, k) : (k, n)
            cblas_sgemv(CblasRowMajor, order, height, width, 1, b, blasint(bStride), a, 1, beta, c, 1)
        } else {
            cblas_sgemm(CblasRowMajor, CblasNoTrans, transposed ? CblasTrans : CblasNoTrans, m, n, k, 1,
                        a, blasint(aStride), b, blasint(bStride), beta, c, blasint(cStride))
        }
    }

    /// Whether sizes and strides fit the library's integers.
    static func takes(_ sizes: Int...) -> Bool {
        sizes.allSatisfy { $0 > 0 && $0 <= Int(blasint.max) } && isSingleThreaded
    }

    /// Tells the library, once, to start no threads of its own.
    private static let isSingleThreaded: Bool = {
        openblas_set_num_threads(1)
        return true
    }()
}
